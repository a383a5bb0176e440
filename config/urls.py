"""The URLs of all apps."""

from django.contrib import admin
from django.urls import include, path, re_path

from config.api import api
from core.api import unknown

# What has a prefix of its own comes first: the apps' lists are long, and each is tried pattern by pattern.
urlpatterns = [
    path("account/", include("accounts.allauth_urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("api/", api.urls),
    re_path(r"^api/(?P<path>.*)$", unknown, name="api_unknown"),
    path("admin/", admin.site.urls),
    path("", include("core.urls")),
    path("", include("operations.urls")),
    path("", include("marketplace.urls")),
    path("", include("insights.urls")),
    path("", include("referrals.urls")),
    path("", include("bookings.urls")),
    path("", include("scheduling.urls")),
    path("", include("coaching.urls")),
    path("", include("pathways.urls")),
    path("", include("connections.urls")),
    path("", include("messaging.urls")),
    path("", include("payments.urls")),
    path("", include("accounts.urls")),
]

handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.forbidden"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.server_error"
