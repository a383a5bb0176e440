"""The links of the main navigation, by role. They name the URLs of other apps, whose code is not imported."""

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
    """Returns the links to pages that this visitor may open."""
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
