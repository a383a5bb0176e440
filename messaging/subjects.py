"""What conversations are about: an app registers how its subjects are shown as cards, and how guests are reached."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User


@dataclass(frozen=True)
class CardAction:
    """A button of a card: a form that posts `values` to `url`, or a link if there are none."""

    label: str
    url: str
    values: dict[str, str] = field(default_factory=dict)
    is_main: bool = False


@dataclass(frozen=True)
class Card:
    """A subject as it is now, for one reader."""

    title: str
    when: str
    place: str
    state: str
    tone: str  # `good`, `warn`, `danger` or empty
    icon: str
    url: str
    actions: list[CardAction]
    is_open: bool  # whether it is still ahead, so that it is worth a card; what is over is one line
    facts: dict[str, Any]  # its value in the API, with names as in Python


LoadCards = Callable[[Collection[UUID], User | None, str, datetime], dict[UUID, Card]]
_subjects: dict[str, LoadCards] = {}


def register_subject(kind: str, load: LoadCards) -> None:
    """Registers `load(ids, reader, path, now)`, which returns the cards of the subjects with these ids.

    The reader is None for a guest; `path` is the page to come back to.
    """
    _subjects[kind] = load


def cards_of(kind: str, ids: Collection[UUID], *, reader: User | None, path: str, now: datetime) -> dict[UUID, Card]:
    """Returns the cards of the subjects of one kind; none for a kind that nobody has registered."""
    load = _subjects.get(kind)
    return load(ids, reader, path, now) if load and ids else {}


@dataclass(frozen=True)
class GuestContact:
    """Where a guest is written to, the address of their page of the conversation, and whether it still opens."""

    email: str
    path: str
    is_open: bool = True


FindGuest = Callable[[str], GuestContact | None]
_finders: list[FindGuest] = []


def register_guests(find: FindGuest) -> None:
    """Registers `find(guest_key)`, which returns where to write to a guest, or None if they want no mail."""
    _finders.append(find)


def contact_of(guest_key: str) -> GuestContact | None:
    return next((contact for find in _finders if (contact := find(guest_key))), None)
