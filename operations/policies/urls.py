"""The addresses of the pages of policies."""

from django.urls import path

from operations.policies import announcement_views, views

urlpatterns = [
    path("operations/policies/", views.policies, name="policies"),
    path("operations/policies/maintenance/", views.maintenance, name="maintenance"),
    path("operations/policies/maintenance/end/", views.end_maintenance, name="end_maintenance"),
    path("operations/policies/announcements/", announcement_views.announcements, name="announcements"),
    path("operations/policies/announcements/<uuid:pk>/", announcement_views.announcement, name="announcement"),
    path(
        "operations/policies/announcements/<uuid:pk>/end/", announcement_views.end_announcement, name="end_announcement"
    ),
]
