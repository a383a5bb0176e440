from django.urls import path

from bookings.views import after, booking, clients, links, lists, projects, series, waiting, wizard

app_name = "bookings"
urlpatterns = [
    # The wizard, step by step
    path("book/<slug:slug>/", wizard.choose, name="choose"),
    path("book/<slug:slug>/<uuid:pk>/", wizard.times, name="times"),
    path("book/<slug:slug>/<uuid:pk>/hold/", wizard.hold, name="hold"),
    path("book/<slug:slug>/<uuid:pk>/hold/extend/", wizard.extend, name="extend"),
    path("book/<slug:slug>/<uuid:pk>/hold/release/", wizard.release, name="release"),
    path("book/<slug:slug>/<uuid:pk>/details/", wizard.details, name="details"),
    path("book/<slug:slug>/<uuid:pk>/review/", wizard.review, name="review"),
    path("book/<slug:slug>/<uuid:pk>/plan/", series.plan, name="plan"),
    path("series/<uuid:pk>/", series.one, name="series"),
    path("book/<slug:slug>/<uuid:pk>/wait/", waiting.join, name="wait"),
    # Lists
    path("waiting/", waiting.mine, name="waiting"),
    path("waiting/<uuid:pk>/leave/", waiting.leave, name="leave"),
    path("waiting/offers/<uuid:pk>/", waiting.offer, name="offer"),
    path("bookings/", lists.as_client, name="as_client"),
    path("dashboard/bookings/", lists.as_builder, name="as_builder"),
    # Clients, for builders
    path("dashboard/clients/", clients.mine, name="clients"),
    path("dashboard/clients/clients.csv", clients.table, name="clients_table"),
    path("dashboard/clients/<uuid:pk>/", clients.one, name="client"),
    # One of them, by links that are keys
    path("bookings/answer/<str:token>/", links.answer, name="answer"),
    path("bookings/guest/<str:token>/", booking.guest_booking, name="guest_booking"),
    path("bookings/guest/<str:token>/booked/", booking.guest_booked, name="guest_booked"),
    path("bookings/guest/<str:token>/calendar.ics", booking.guest_calendar, name="guest_calendar"),
    path("bookings/guest/<str:token>/act/", booking.guest_act, name="guest_act"),
    path("bookings/guest/<str:token>/end/", booking.guest_end, name="guest_end"),
    path("bookings/guest/<str:token>/move/", booking.guest_move, name="guest_move"),
    path("bookings/guest/<str:token>/join/", links.join, name="join"),
    path("bookings/guest/<str:token>/reminders/", links.reminders, name="guest_reminders"),
    path("bookings/guest/<str:token>/reviews/", after.guest_reviews, name="guest_reviews"),
    path("bookings/guest/<str:token>/reviews/<uuid:pk>/reply/", after.guest_reply, name="guest_reply"),
    path("bookings/guest/<str:token>/deliverables/", after.guest_delivered, name="guest_deliverables"),
    path("bookings/guest/<str:token>/deliverables/<uuid:pk>/", after.guest_file, name="guest_file"),
    path("bookings/guest/<str:token>/no-show/", after.guest_no_show, name="guest_no_show"),
    path("bookings/guest/<str:token>/dispute/", after.guest_dispute, name="guest_dispute"),
    path("bookings/guest/<str:token>/dispute/<uuid:pk>/", after.guest_evidence, name="guest_evidence"),
    # One of them, by its reference
    path("bookings/<str:reference>/", booking.booking, name="booking"),
    path("bookings/<str:reference>/booked/", booking.booked, name="booked"),
    path("bookings/<str:reference>/calendar.ics", booking.calendar, name="calendar"),
    path("bookings/<str:reference>/act/", booking.act, name="act"),
    path("bookings/<str:reference>/end/", booking.end, name="end"),
    path("bookings/<str:reference>/move/", booking.move, name="move"),
    path("bookings/<str:reference>/reviews/", after.reviews_, name="reviews"),
    path("bookings/<str:reference>/reviews/<uuid:pk>/reply/", after.reply, name="reply"),
    path("bookings/<str:reference>/deliverables/", after.delivered, name="deliverables"),
    path("bookings/<str:reference>/deliverables/<uuid:pk>/", after.file, name="file"),
    path("bookings/<str:reference>/no-show/", after.no_show, name="no_show"),
    path("bookings/<str:reference>/dispute/", after.dispute, name="dispute"),
    path("bookings/<str:reference>/dispute/<uuid:pk>/", after.evidence, name="evidence"),
    path("bookings/<str:reference>/deliverables/<uuid:pk>/remove/", after.remove, name="remove"),
    path("bookings/<str:reference>/skills/", clients.skills, name="skills"),
    path("bookings/<str:reference>/project/", projects.put, name="put"),
    # Reviews and projects
    path("reviews/<uuid:pk>/report/", after.report, name="report"),
    path("projects/", projects.mine, name="projects"),
    path("projects/new/", projects.new, name="new_project"),
    path("projects/<uuid:pk>/", projects.one, name="project"),
    path("projects/<uuid:pk>/edit/", projects.edit, name="edit_project"),
    path("projects/<uuid:pk>/close/", projects.close, name="close_project"),
]
