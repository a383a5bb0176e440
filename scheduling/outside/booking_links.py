"""Links from a session to its bookings, which the app `bookings` registers: this app knows sessions only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class BookingLink:
    """A booking of a session: who booked, and its builder's pages to see, move and cancel it.

    A page is None if the builder cannot do that with this booking now.
    """

    client: str
    page: str
    move: str | None
    cancel: str | None
    cancel_label: str = "Cancel"


LinksOf = Callable[[Sequence[UUID], datetime], dict[UUID, list[BookingLink]]]
_sources: list[LinksOf] = []


def register_booking_links(links_of: LinksOf) -> None:
    """Registers `links_of(sessions, now)`: it returns the links to the bookings of each of these reservations."""
    _sources.append(links_of)


def booking_links(sessions: Sequence[UUID], now: datetime) -> dict[UUID, list[BookingLink]]:
    """Returns the links to the bookings of each of these reservations. One query; none without reservations."""
    links: dict[UUID, list[BookingLink]] = {}
    for links_of in _sources if sessions else ():
        for session, bookings in links_of(sessions, now).items():
            links.setdefault(session, []).extend(bookings)
    return links
