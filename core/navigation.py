"""The menus that every page has. Each app registers its items in `apps.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any, NamedTuple

from django.http import HttpRequest

from core.addresses import address_of

Visible = Callable[[Any], bool]


class Menu(Enum):
    MAIN = auto()
    ACCOUNT = auto()  # opens at the picture of the signed-in person
    DASHBOARD = auto()  # the tabs above a builder's own pages
    OPERATIONS = auto()  # the tabs above the pages of staff
    FOOTER = auto()
    SIDE = auto()  # icons with a number, beside the bell


def _everybody(user: Any) -> bool:
    return True


def has_account(user: Any) -> bool:
    """Tests for people who are signed in."""
    return bool(getattr(user, "is_authenticated", False))


def with_role(*roles: str) -> Visible:
    """Returns a test for people with one of the roles."""
    return lambda user: bool(set(roles) & set(getattr(user, "roles", ())))


def without_role(role: str) -> Visible:
    """Returns a test for people without the role."""
    return lambda user: role not in getattr(user, "roles", ())


@dataclass(frozen=True)
class Item:
    """A link in a menu. Items are shown in the order of their positions, to those for whom `who(user)` is true, and where
    `shown(request)` is true."""

    label: str
    url_name: str
    position: int
    who: Visible = _everybody
    shown: Visible = _everybody
    # Of the menu SIDE: its icon, the number beside it, and the page that renders the menu again on events of the topic.
    icon: str = ""
    count: Callable[[Any], int] | None = None
    topic: str = ""
    refresh: str = ""


class Link(NamedTuple):
    label: str
    url_name: str
    url: str
    is_here: bool
    icon: str = ""
    unread: int = 0
    topic: str = ""
    refresh: str = ""


_items: dict[Menu, list[Item]] = {menu: [] for menu in Menu}


def register(menu: Menu, *items: Item) -> None:
    """Adds items to a menu."""
    _items[menu] = sorted([*_items[menu], *items], key=lambda item: item.position)


def links_of(menu: Menu, request: HttpRequest) -> list[Link]:
    """Returns the links of the menu that this visitor may open."""
    user = getattr(request, "user", None)
    items = [item for item in _items[menu] if item.who(user) and item.shown(request)]
    return [_link(item, request, user) for item in items]


def _link(item: Item, request: HttpRequest, user: Any) -> Link:
    url = address_of(item.url_name)
    return Link(
        label=item.label,
        url_name=item.url_name,
        url=url,
        is_here=request.path.startswith(url),
        icon=item.icon,
        unread=item.count(user) if item.count else 0,
        topic=f"{item.topic}:{user.pk}" if item.topic else "",
        refresh=address_of(item.refresh) if item.refresh else "",
    )


def menus(request: HttpRequest) -> dict[str, Callable[[], list[Link]]]:
    """Returns a function for each menu, by its name in lower case; a template calls those of the menus that it shows."""
    return {menu.name.lower(): partial(links_of, menu, request) for menu in Menu}
