"""Our versions of some of allauth's pages, under its URL names and paths. They are included before allauth's own."""

from django.urls import path, re_path

from accounts.addresses import views as address_views
from accounts.sign_up import views as sign_up_views

urlpatterns = [
    path("signup/", sign_up_views.SignUpView.as_view(), name="account_signup"),
    path("join/<str:key>/", sign_up_views.SignUpView.as_view(), name="account_invited"),
    path("confirm-email/<str:key>/", sign_up_views.confirm, name="account_confirm_email"),
    path("email/", address_views.address, name="account_email"),
    path("password/reset/", sign_up_views.ForgottenPasswordView.as_view(), name="account_reset_password"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_up_views.NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
]
