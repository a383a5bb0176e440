from django.urls import path

from scheduling import feeds, views, zone_views
from scheduling.calendly import views as calendly
from scheduling.outside import account_views as account
from scheduling.outside import views as outside

app_name = "scheduling"
urlpatterns = [
    path("dashboard/availability/", views.availability, name="availability"),
    path("dashboard/availability/new/<str:kind>/", views.new_schedule, name="new_schedule"),
    path("dashboard/availability/preview/", views.preview, name="preview"),
    path("dashboard/availability/time-off/", views.take_time_off, name="take_time_off"),
    path("dashboard/availability/time-off/<uuid:pk>/end/", views.end_time_off, name="end_time_off"),
    path("dashboard/availability/zone/", zone_views.zone, name="zone"),
    path("dashboard/availability/feed/", feeds.manage, name="feed_address"),
    path("dashboard/availability/<uuid:pk>/", views.schedule, name="schedule"),
    path("dashboard/availability/<uuid:pk>/default/", views.make_default, name="make_default"),
    path("dashboard/availability/<uuid:pk>/delete/", views.delete, name="delete"),
    path("dashboard/availability/<uuid:pk>/exceptions/", views.set_exception, name="set_exception"),
    path("dashboard/availability/<uuid:pk>/holidays/", views.work_on_holiday, name="work_on_holiday"),
    path("dashboard/connections/", outside.overview, name="connections"),
    path("dashboard/connections/calendly/", calendly.calendly, name="calendly"),
    path("dashboard/connections/calendly/member/", calendly.connect_platform, name="calendly_platform"),
    path("dashboard/connections/calendly/link/", calendly.save_link, name="calendly_link"),
    path("dashboard/connections/calendly/sync/", calendly.sync, name="calendly_sync"),
    path("dashboard/connections/calendly/preview/", calendly.preview, name="calendly_preview"),
    path("dashboard/connections/calendly/writing/", calendly.set_writing, name="calendly_writing"),
    path("dashboard/connections/calendly/disconnect/", calendly.disconnect, name="calendly_disconnect"),
    path("dashboard/connections/calendly/<uuid:pk>/", calendly.event_type, name="calendly_event_type"),
    path("dashboard/connections/calendly/<uuid:pk>/settle/", calendly.settle, name="calendly_settle"),
    path("dashboard/connections/new/", outside.connect, name="connect"),
    path("dashboard/connections/new/account/", account.connect_account, name="connect_account"),
    path("dashboard/connections/<uuid:pk>/", outside.change, name="connection"),
    path("dashboard/connections/<uuid:pk>/calendars/", account.account_calendars, name="account_calendars"),
    path("dashboard/connections/<uuid:pk>/calendars/look/", account.look_for_calendars, name="look_for_calendars"),
    path("dashboard/connections/<uuid:pk>/read/", outside.read_now, name="read_calendar"),
    path("dashboard/connections/<uuid:pk>/remove/", outside.disconnect, name="disconnect"),
    path("calendar/<str:secret>.ics", feeds.calendar, name="calendar"),
]
