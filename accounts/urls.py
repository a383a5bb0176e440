from django.urls import path

from accounts import token_views, views

app_name = "accounts"
urlpatterns = [
    path("account/", views.settings, name="settings"),
    path("account/start/", views.start, name="start"),
    path("account/tokens/", token_views.tokens_page, name="tokens"),
    path("account/tokens/<uuid:pk>/revoke/", token_views.revoke_token, name="revoke_token"),
    path("account/build/", views.apply, name="apply"),
    path("notifications/", views.notifications_page, name="notifications"),
    path("notifications/bell/", views.bell, name="bell"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/<uuid:pk>/open/", views.open_notification, name="open_notification"),
    path("dashboard/profile/", views.profile, name="profile"),
]
