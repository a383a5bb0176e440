from django.urls import path

from operations import alarm_views, search_views, views
from operations.mail import urls as mail_urls

app_name = "operations"
urlpatterns = [
    path("operations/", views.front, name="front"),
    path("operations/search/", search_views.find, name="find"),
    path("operations/health/", views.health, name="health"),
    path("operations/alarms/", alarm_views.alarms, name="alarms"),
    path("operations/alarms/<slug:name>/", alarm_views.alarm, name="alarm"),
    *mail_urls.urlpatterns,
]
