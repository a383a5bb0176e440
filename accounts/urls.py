from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.settings, name="settings"),
    path("account/start/", views.start, name="start"),
    path("dashboard/profile/", views.profile, name="profile"),
]
