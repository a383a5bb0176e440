"""Middleware: times are shown in the person's time zone and hour format, and staff must have a second factor."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from accounts.refusals import AccountRefusal
from accounts.sign_in import second_factors
from core import hour_format
from core.errors import Refused
from core.views.errors import refusal_response

# Paths that show no times to people.
PATHS_WITHOUT_TIMES = ("/api/", "/live/", "/static/", "/media/", "/healthz", "/readyz", "/metrics")
# Paths that staff need while they set up their second factor.
PATHS_WITHOUT_SECOND_FACTOR = ("/account/", "/static/", "/media/", "/theme/", "/live/", "/healthz", "/readyz")


def localise_times(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Shows times in the signed-in person's zone, and hours in the format of the person or of the browser.

    Pages for visitors who are not signed in depend on Accept-Language, so they vary by it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PATHS_WITHOUT_TIMES):
            return get_response(request)
        with hour_format.override(hour_format.for_request(request)):
            if not request.user.is_authenticated:
                response = get_response(request)
                patch_vary_headers(response, ["Accept-Language"])
                return response
            with timezone.override(ZoneInfo(getattr(request.user, "timezone", "UTC"))):
                return get_response(request)

    return middleware


def staff_need_a_second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Sends staff without a second factor to the page that sets one up; the API refuses them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PATHS_WITHOUT_SECOND_FACTOR) or not second_factors.is_missing(request.user):
            return get_response(request)
        if request.path.startswith("/api/"):
            return refusal_response(request, Refused(AccountRefusal.SECOND_FACTOR_REQUIRED))
        messages.warning(request, "Staff need a second factor to sign in. Set one up to continue.")
        return redirect("mfa_activate_totp")

    return middleware
