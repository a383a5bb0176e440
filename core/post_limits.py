"""How often each page may be posted to. Every app registers its own pages; a test fails for a page that is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from core.errors import Refused
from core.limits import Limit
from core.requests import client_address
from core.views.errors import refusal_response

READS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class PostLimit:
    """The limits of one page. Whoever is signed in is counted by person, everybody else by network; without a limit by
    person, all are counted by network."""

    person: Limit | None = None
    network: Limit | None = None
    none_because: str = ""  # why a page needs neither

    def count(self, request: HttpRequest) -> None:
        """Counts one POST before anything is looked at; refuses once there are too many."""
        if self.person and request.user.is_authenticated:
            self.person.hit(str(request.user.pk))
        elif self.network:
            self.network.hit(client_address(request))


_limits: dict[str, PostLimit] = {}


def register_post_limits(limits: Mapping[str, PostLimit]) -> None:
    """Adds pages by the names of their addresses, such as `bookings:act`."""
    _limits.update(limits)


def registered_post_limits() -> Mapping[str, PostLimit]:
    return _limits


class PostLimits:
    """Middleware that counts each POST, and each PUT, which Django's forms take for one, to a page that has a limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, options: object
    ) -> HttpResponseBase | None:
        if request.method in READS or request.resolver_match is None:
            return None
        limit = _limits.get(request.resolver_match.view_name)
        if limit is None:
            return None
        try:
            limit.count(request)
        except Refused as refused:
            return refusal_response(request, refused)
        return None
