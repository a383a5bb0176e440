from django.urls import path

from bookings.agreement import list_views as lists
from bookings.agreement import views as agreement
from bookings.billing import invoice_views as invoices
from bookings.billing import refund_views as refunds
from bookings.billing import views as billing
from bookings.billing.checkout import views as checkout
from bookings.calendar import length_views as calendar_lengths
from bookings.calendar import views as calendar
from bookings.clients import goal_views as client_goals
from bookings.clients import views as clients
from bookings.conversations import views as conversations
from bookings.deliverables import views as deliverables
from bookings.disputes import views as disputes
from bookings.embeds import views as embeds
from bookings.for_clients import views as for_clients
from bookings.guests import ended_links
from bookings.guests import unconfirmed_views as unconfirmed
from bookings.guests import views as guests
from bookings.lists import tables
from bookings.lists import views as list_pages
from bookings.meetings import views as meetings
from bookings.preparation import views as preparation
from bookings.projects import views as projects
from bookings.proposals import views as proposals
from bookings.reviews import views as reviews
from bookings.series import views as series
from bookings.session_plans import asking_views as plan_asking
from bookings.session_plans import review_views as plan_reviews
from bookings.session_plans import session_views as plan_sessions
from bookings.session_plans import views as session_plans
from bookings.waiting_list import views as waiting_list
from bookings.wizard import on_calendly
from bookings.wizard import views as wizard

app_name = "bookings"
urlpatterns = [
    # The wizard, step by step
    path("book/<slug:slug>/", wizard.choose, name="choose"),
    path("book/<slug:slug>/<uuid:pk>/", wizard.times, name="times"),
    path("book/<slug:slug>/<uuid:pk>/calendly/", on_calendly.booked, name="on_calendly"),
    path("book/<slug:slug>/<uuid:pk>/hold/", wizard.hold, name="hold"),
    path("book/<slug:slug>/<uuid:pk>/hold/extend/", wizard.extend, name="extend"),
    path("book/<slug:slug>/<uuid:pk>/hold/release/", wizard.release, name="release"),
    path("book/<slug:slug>/<uuid:pk>/details/", wizard.details, name="details"),
    path("book/<slug:slug>/<uuid:pk>/review/", wizard.review, name="review"),
    path("book/<slug:slug>/<uuid:pk>/plan/", series.plan, name="plan"),
    path("series/<uuid:pk>/", series.one, name="series"),
    # Plans of several sessions
    path("session-plans/", session_plans.session_plans, name="session_plans"),
    path("session-plans/new/", plan_asking.new_session_plan, name="new_session_plan"),
    path("session-plans/<uuid:pk>/", session_plans.session_plan, name="session_plan"),
    path("session-plans/<uuid:pk>/change/", plan_asking.change_session_plan, name="change_session_plan"),
    path("session-plans/<uuid:pk>/add/", plan_sessions.add_planned_session, name="add_planned_session"),
    path("session-plans/<uuid:pk>/hold/", plan_reviews.hold_session_plan, name="hold_session_plan"),
    path("session-plans/<uuid:pk>/review/", plan_reviews.review_session_plan, name="review_session_plan"),
    path("session-plans/<uuid:pk>/end/", session_plans.end_session_plan, name="end_session_plan"),
    path("session-plans/<uuid:pk>/<uuid:session>/", plan_sessions.planned_session, name="planned_session"),
    path(
        "session-plans/<uuid:pk>/<uuid:session>/starts/",
        plan_sessions.planned_session_starts,
        name="planned_session_starts",
    ),
    path("book/<slug:slug>/<uuid:pk>/wait/", waiting_list.join, name="wait"),
    # The same in a frame on other sites
    path("embed/<slug:slug>/", embeds.embed, name="embed"),
    path("embed/<slug:slug>/<uuid:pk>/", embeds.embed_times, name="embed_times"),
    path("embed/<slug:slug>/<uuid:pk>/hold/", embeds.embed_hold, name="embed_hold"),
    path("embed/<slug:slug>/<uuid:pk>/details/", embeds.embed_details, name="embed_details"),
    path("embed/<slug:slug>/<uuid:pk>/booked/", embeds.embed_booked, name="embed_booked"),
    # Lists
    path("waiting/", waiting_list.mine, name="waiting"),
    path("waiting/<uuid:pk>/leave/", waiting_list.leave, name="leave"),
    path("waiting/offers/<uuid:pk>/", waiting_list.offer, name="offer"),
    path("bookings/", lists.as_client, name="as_client"),
    path("dashboard/bookings/", lists.as_builder, name="as_builder"),
    path("bookings/bookings.csv", tables.client_table, name="client_table"),
    path("dashboard/bookings/bookings.csv", tables.builder_table, name="builder_table"),
    path("dashboard/bookings/answer/", list_pages.answer_several, name="answer_several"),
    path("dashboard/bookings/answered/", list_pages.answered, name="answered"),
    path("dashboard/day/", list_pages.today, name="today"),
    path("dashboard/day/<str:day>/", list_pages.day, name="day"),
    path("bookings/calendar/entries/", calendar.client_entries, name="client_entries"),
    path("dashboard/calendar/", calendar.builder_calendar, name="builder_calendar"),
    path("dashboard/calendar/entries/", calendar.calendar_entries, name="calendar_entries"),
    path("dashboard/calendar/block/", calendar.block_time, name="block_time"),
    path("dashboard/calendar/block/<uuid:pk>/", calendar.blocked_time, name="blocked_time"),
    path("dashboard/calendar/<str:reference>/move/", calendar.calendar_move, name="calendar_move"),
    path("dashboard/calendar/<str:reference>/move/starts/", calendar.calendar_starts, name="calendar_starts"),
    path("dashboard/calendar/<str:reference>/length/", calendar_lengths.calendar_length, name="calendar_length"),
    path("dashboard/calendar/<str:reference>/undo/", calendar.calendar_undo, name="calendar_undo"),
    path("payments/", billing.payments_made, name="payments_made"),
    path("dashboard/payments/", billing.payments_received, name="payments_received"),
    path("dashboard/payments/payments.csv", billing.table, name="payments_table"),
    path("dashboard/bookings/unconfirmed/", unconfirmed.unconfirmed, name="unconfirmed"),
    # Clients, for builders
    path("dashboard/clients/", clients.mine, name="clients"),
    path("dashboard/clients/clients.csv", clients.table, name="clients_table"),
    path("dashboard/clients/book/", for_clients.book_for_client, name="book_for_client"),
    path("dashboard/clients/<uuid:pk>/", clients.one, name="client"),
    path("dashboard/clients/<uuid:pk>/goals/", client_goals.suggest_goal, name="suggest_goal"),
    # A booking, by signed link
    path("bookings/answer/<str:token>/", agreement.answer, name="answer"),
    path("bookings/pay/<str:token>/", checkout.pay, name="pay"),
    path("bookings/links/<str:token>/renew/", ended_links.renew, name="renew_link"),
    path("bookings/links/renewed/", ended_links.renewed, name="link_renewed"),
    path("bookings/guest/<str:token>/", agreement.guest_booking, name="guest_booking"),
    path("bookings/guest/<str:token>/booked/", agreement.guest_booked, name="guest_booked"),
    path("bookings/guest/<str:token>/calendar.ics", agreement.guest_calendar, name="guest_calendar"),
    path("bookings/guest/<str:token>/act/", agreement.guest_act, name="guest_act"),
    path("bookings/guest/<str:token>/end/", agreement.guest_end, name="guest_end"),
    path("bookings/guest/<str:token>/invoice/", invoices.guest_invoice, name="guest_invoice"),
    path("bookings/guest/<str:token>/move/", agreement.guest_move, name="guest_move"),
    path("bookings/guest/<str:token>/agenda/", preparation.guest_agenda, name="guest_agenda"),
    path("bookings/guest/<str:token>/times/", proposals.guest_proposals, name="guest_proposals"),
    path("bookings/guest/<str:token>/join/", guests.join, name="join"),
    path("bookings/guest/<str:token>/reminders/", guests.reminders, name="guest_reminders"),
    path("bookings/guest/<str:token>/reviews/", reviews.guest_reviews, name="guest_reviews"),
    path("bookings/guest/<str:token>/reviews/<uuid:pk>/reply/", reviews.guest_reply, name="guest_reply"),
    path("bookings/guest/<str:token>/deliverables/", deliverables.guest_delivered, name="guest_deliverables"),
    path("bookings/guest/<str:token>/deliverables/<uuid:pk>/", deliverables.guest_file, name="guest_file"),
    path("bookings/guest/<str:token>/no-show/", disputes.guest_no_show, name="guest_no_show"),
    path("bookings/guest/<str:token>/dispute/", disputes.guest_dispute, name="guest_dispute"),
    path("bookings/guest/<str:token>/dispute/<uuid:pk>/", disputes.guest_evidence, name="guest_evidence"),
    path("bookings/guest/<str:token>/messages/", conversations.guest_messages, name="guest_messages"),
    path("bookings/guest/<str:token>/messages/act/", conversations.guest_messages_act, name="guest_messages_act"),
    path(
        "bookings/guest/<str:token>/messages/<uuid:pk>/", conversations.guest_messages_file, name="guest_messages_file"
    ),
    # A booking, by its reference
    path("bookings/<str:reference>/messages/", conversations.messages, name="messages"),
    path("bookings/<str:reference>/", agreement.booking, name="booking"),
    path("bookings/<str:reference>/booked/", agreement.booked, name="booked"),
    path("bookings/<str:reference>/calendar.ics", agreement.calendar, name="calendar"),
    path("bookings/<str:reference>/act/", agreement.act, name="act"),
    path("bookings/<str:reference>/end/", agreement.end, name="end"),
    path("bookings/<str:reference>/move/", agreement.move, name="move"),
    path("bookings/<str:reference>/agenda/", preparation.agenda, name="agenda"),
    path("bookings/<str:reference>/checklist/", preparation.checks, name="checks"),
    path("bookings/<str:reference>/times/", proposals.proposals, name="proposals"),
    path("bookings/<str:reference>/suggest/", proposals.suggest, name="suggest"),
    path("bookings/<str:reference>/start-meeting/", meetings.start_meeting, name="start_meeting"),
    path("bookings/<str:reference>/invoice/", invoices.invoice, name="invoice"),
    path("bookings/<str:reference>/payment/", billing.receipt, name="receipt"),
    path("bookings/<str:reference>/payment/<uuid:pk>/correct/", refunds.correct_receipt, name="correct_receipt"),
    path("bookings/<str:reference>/refund/", refunds.refund, name="refund"),
    path("bookings/<str:reference>/refund/<uuid:pk>/again/", refunds.refund_again, name="refund_again"),
    path("bookings/<str:reference>/refund/<uuid:pk>/give-up/", refunds.give_up_refund, name="give_up_refund"),
    path("bookings/<str:reference>/link/", meetings.link, name="link"),
    path("bookings/<str:reference>/reviews/", reviews.reviews_, name="reviews"),
    path("bookings/<str:reference>/reviews/<uuid:pk>/reply/", reviews.reply, name="reply"),
    path("bookings/<str:reference>/deliverables/", deliverables.delivered, name="deliverables"),
    path("bookings/<str:reference>/deliverables/<uuid:pk>/", deliverables.file, name="file"),
    path("bookings/<str:reference>/no-show/", disputes.no_show, name="no_show"),
    path("bookings/<str:reference>/dispute/", disputes.dispute, name="dispute"),
    path("bookings/<str:reference>/dispute/<uuid:pk>/", disputes.evidence, name="evidence"),
    path("bookings/<str:reference>/deliverables/<uuid:pk>/remove/", deliverables.remove, name="remove"),
    path("bookings/<str:reference>/skills/", clients.skills, name="skills"),
    path("bookings/<str:reference>/project/", projects.put, name="put"),
    # Reviews and projects
    path("reviews/<uuid:pk>/report/", reviews.report, name="report"),
    path("projects/", projects.mine, name="projects"),
    path("projects/new/", projects.new, name="new_project"),
    path("projects/<uuid:pk>/", projects.one, name="project"),
    path("projects/<uuid:pk>/edit/", projects.edit, name="edit_project"),
    path("projects/<uuid:pk>/close/", projects.close, name="close_project"),
]
