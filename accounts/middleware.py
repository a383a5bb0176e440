"""Staff without a second factor can do one thing: set one up. Everybody reads times in their own zone, on their clock."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from accounts.sign_in import second_factors
from core import hour_format
from core.errors import Refusal, Refused
from core.views.errors import refusal_response

MACHINES = ("/api/", "/live/", "/static/", "/media/", "/healthz", "/readyz", "/metrics")
OPEN = ("/account/", "/static/", "/media/", "/theme/", "/live/", "/healthz", "/readyz")


def localise_times(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Instants on a person's pages are in their zone; strangers' pages say which one they mean."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(MACHINES):
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
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN) or not second_factors.is_missing(request.user):
            return get_response(request)
        if request.path.startswith("/api/"):
            return refusal_response(request, Refused(Refusal.SECOND_FACTOR_REQUIRED))
        messages.warning(request, "Staff sign in with a second factor. Set one up to go on.")
        return redirect("mfa_activate_totp")

    return middleware
