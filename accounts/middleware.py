"""Staff without a second factor can do one thing: set one up."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import factors
from core.errors import Refusal, Refused
from core.views.errors import refusal_response

OPEN = ("/account/", "/static/", "/media/", "/theme/", "/live/", "/healthz", "/readyz")


def staff_need_a_second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN) or not factors.is_missing(request.user):
            return get_response(request)
        if request.path.startswith("/api/"):
            return refusal_response(request, Refused(Refusal.SECOND_FACTOR_REQUIRED))
        messages.warning(request, "Staff sign in with a second factor. Set one up to go on.")
        return redirect("mfa_activate_totp")

    return middleware
