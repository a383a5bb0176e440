"""Where the frame's navigation leads, by role. It links to any layer by name and imports none."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Item:
    label: str
    url_name: str
    roles: frozenset[str] = frozenset()  # empty: everyone
    needs_account: bool = False


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_here: bool


ITEMS = (
    Item("Find a builder", "marketplace:discover"),
    Item("Pathways", "pathways:overview"),
    Item("Your way", "pathways:mine", needs_account=True),
    Item("Bookings", "bookings:as_client", needs_account=True),
    Item("Dashboard", "marketplace:dashboard", frozenset({"builder"})),
    Item("Admin", "admin:index", frozenset({"admin", "support"})),
)


def items_for(request: HttpRequest) -> list[Link]:
    """The links that this visitor can follow."""
    roles = set(getattr(getattr(request, "user", None), "roles", ()))
    links = []
    for item in ITEMS:
        if item.roles and not item.roles & roles:
            continue
        if item.needs_account and not getattr(getattr(request, "user", None), "is_authenticated", False):
            continue
        url = reverse(item.url_name)
        links.append(Link(item.label, url, request.path.startswith(url)))
    return links
