"""Limits on POST requests by page. Every app registers its own pages; a test fails for a page that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from core.limits import Limit
from core.requests import client_address


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
