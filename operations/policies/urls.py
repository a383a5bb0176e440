"""The addresses of the pages of policies."""

from django.urls import path

from operations.policies import announcement_views, feedback_views, people_views, views

urlpatterns = [
    path("operations/policies/", views.policies, name="policies"),
    path("operations/policies/maintenance/", views.maintenance, name="maintenance"),
    path("operations/policies/maintenance/end/", views.end_maintenance, name="end_maintenance"),
    path("operations/policies/announcements/", announcement_views.announcements, name="announcements"),
    path("operations/policies/announcements/<uuid:pk>/", announcement_views.announcement, name="announcement"),
    path(
        "operations/policies/announcements/<uuid:pk>/end/", announcement_views.end_announcement, name="end_announcement"
    ),
    path("operations/policies/sign-up/", people_views.sign_up_policy, name="sign_up_policy"),
    path("operations/policies/sign-up/invite/", people_views.invite, name="invite"),
    path("operations/policies/sign-up/<uuid:pk>/revoke/", people_views.revoke_invitation, name="revoke_invitation"),
    path("operations/policies/texts/", people_views.policy_texts, name="policy_texts"),
    path("operations/policies/texts/<slug:kind>/", people_views.publish_text, name="publish_text"),
    path("operations/policies/feedback/", feedback_views.feedback_report, name="feedback_report"),
    path("operations/policies/feedback/feedback.csv", feedback_views.feedback_csv, name="feedback_csv"),
]
