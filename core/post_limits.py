"""Limits on POST requests by page. Every app registers its own pages; a test fails for a page that is missing."""

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
    """The limits of one page. Signed-in people are counted by account, all others by network.

    Without a `person` limit, signed-in people are counted by network too.
    """

    person: Limit | None = None
    network: Limit | None = None
    none_because: str = ""  # why a page needs neither

    def count(self, request: HttpRequest) -> None:
        """Counts one POST; refuses it if there were too many."""
        if self.person and request.user.is_authenticated:
            self.person.hit(str(request.user.pk))
        elif self.network:
            self.network.hit(client_address(request))


_limits: dict[str, PostLimit] = {}


def register_post_limits(limits: Mapping[str, PostLimit]) -> None:
    """Registers limits by URL name, such as `core:theme`."""
    _limits.update(limits)


def registered_post_limits() -> Mapping[str, PostLimit]:
    return _limits


class PostLimits:
    """Counts requests to pages that have a limit, before the view runs: POST, and also PUT, which form views accept."""

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
