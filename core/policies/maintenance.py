"""Refuses changes during maintenance. Reading goes on, and so does what must not wait: webhooks, payments that have begun,
signing in, new passwords, and all that staff do."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from core.bearers import bearer_of, secret_of
from core.errors import Refusal, Refused
from core.policies import state
from core.policies.state import MaintenanceWindow
from core.views.errors import refusal_response

READS = ("GET", "HEAD", "OPTIONS")
# Machines, which would give up or tell alarms: services that report payments, and checks of health.
PATHS_THAT_GO_ON = ("/webhooks/", "/healthz", "/readyz", "/metrics", "/live/")
_goes_on: set[str] = set()


def register_goes_on(*names: str) -> None:
    """Registers pages that take POST during maintenance, by URL name."""
    _goes_on.update(names)


def refusal_of_maintenance(window: MaintenanceWindow) -> Refused:
    """Returns what a change is answered during maintenance, with the seconds until its end."""
    left = (window.ends_at - state.present_now()).total_seconds()
    sentence = f"{Refusal.MAINTENANCE.sentence} {window.message}".strip()
    return Refused(Refusal.MAINTENANCE, sentence, retry_after=max(1, ceil(left)))


def _is_token_of_staff(request: HttpRequest) -> bool:
    """Whether a request to the API has a token of staff; the operation itself authenticates it afterwards. At most two
    queries, for changes by token during maintenance only."""
    secret = secret_of(request) if request.path.startswith("/api/") else None
    try:
        bearer = bearer_of(secret) if secret else None
    except Refused:  # staff whose account lacks the second factor that it needs
        return False
    return bearer is not None and bool(getattr(bearer.person, "is_staff", False))


class MaintenanceMode:
    """Answers 503 to requests that would change something during maintenance, and says when to try again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, options: object
    ) -> HttpResponseBase | None:
        if request.method in READS or request.path.startswith(PATHS_THAT_GO_ON):
            return None
        window = state.running_maintenance()
        if window is None or (request.resolver_match and request.resolver_match.view_name in _goes_on):
            return None
        if getattr(request.user, "is_staff", False) or _is_token_of_staff(request):
            return None
        return refusal_response(request, refusal_of_maintenance(window))
