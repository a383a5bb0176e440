from django.urls import path

from bookings.views import booking, links, lists, wizard

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
    # Lists
    path("bookings/", lists.as_client, name="as_client"),
    path("dashboard/bookings/", lists.as_builder, name="as_builder"),
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
    # One of them, by its reference
    path("bookings/<str:reference>/", booking.booking, name="booking"),
    path("bookings/<str:reference>/booked/", booking.booked, name="booked"),
    path("bookings/<str:reference>/calendar.ics", booking.calendar, name="calendar"),
    path("bookings/<str:reference>/act/", booking.act, name="act"),
    path("bookings/<str:reference>/end/", booking.end, name="end"),
    path("bookings/<str:reference>/move/", booking.move, name="move"),
]
