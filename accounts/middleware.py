"""Staff without a second factor can do one thing: set one up. Everybody reads times in their own zone."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import factors
from core.errors import Refusal, Refused
from core.views.errors import refusal_response

MACHINES = ("/api/", "/live/", "/static/", "/media/", "/healthz", "/readyz", "/metrics")
OPEN = ("/account/", "/static/", "/media/", "/theme/", "/live/", "/healthz", "/readyz")


def own_time_zone(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Instants on a person's pages are shown on their clock; strangers' pages say which zone they mean."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(MACHINES) or not request.user.is_authenticated:
            return get_response(request)
        with timezone.override(ZoneInfo(getattr(request.user, "timezone", "UTC"))):
            return get_response(request)

    return middleware


def staff_need_a_second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN) or not factors.is_missing(request.user):
            return get_response(request)
        if request.path.startswith("/api/"):
            return refusal_response(request, Refused(Refusal.SECOND_FACTOR_REQUIRED))
        messages.warning(request, "Staff sign in with a second factor. Set one up to go on.")
        return redirect("mfa_activate_totp")

    return middleware
