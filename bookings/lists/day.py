"""The sheet of a builder's day: each session with what is needed for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.models import User
from bookings.lists.answers import answers_of, with_answers
from bookings.meetings.rules import link_for, place_for
from bookings.models import Booking, Preparation
from bookings.preparation.rules import SHOWN_IN, AgendaBlock, blocks_of
from bookings.states import Side, State
from bookings.times import When
from scheduling.queries import local_window

BUILDER = frozenset({Side.BUILDER})


@dataclass(frozen=True)
class SheetRow:
    """One booking of the day: when, where, what the client has answered, and the agenda."""

    booking: Booking
    when: When
    where: str
    answers: list[tuple[str, str]]
    agenda: list[AgendaBlock]


def sheet_of(builder: User, day: date) -> list[SheetRow]:
    """Returns the builder's bookings of a day in their time zone, the earliest first, without cancelled ones and those
    that do not count yet. Four queries, however many bookings there are."""
    zone = ZoneInfo(builder.timezone)
    start, end = local_window(day, day, zone)
    rows = Booking.objects.of_builder(builder).counting().exclude(state=State.CANCELLED)
    rows = rows.filter(
        starts_at__gte=datetime.fromtimestamp(start, zone), starts_at__lt=datetime.fromtimestamp(end, zone)
    )
    bookings = list(with_answers(rows.listed()).order_by("starts_at", "id"))
    agendas = dict(Preparation.objects.filter(booking__in=bookings).values_list("booking", "agenda"))
    return [
        SheetRow(
            booking=booking,
            when=When(booking.starts_at, booking.ends_at, builder.timezone),
            where=link_for(booking, BUILDER) if booking.is_remote else place_for(booking, BUILDER),
            answers=answers_of(booking),
            agenda=blocks_of(agendas.get(booking.pk, "")) if booking.state in SHOWN_IN else [],
        )
        for booking in bookings
    ]
