"""Bookings as cards in a conversation: what, when, where, in which state, with the buttons of their reader."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from bookings.agreement.rules import allowed_verbs, sides_of
from bookings.agreement.signed_links import page_of
from bookings.models import Booking
from bookings.states import LIVE, State, Verb
from bookings.times import When
from messaging.schemas import instant
from messaging.subjects import Card, CardAction

LOOKS = {
    State.PENDING: ("warn", "clock"),
    State.CONFIRMED: ("good", "check"),
    State.IN_PROGRESS: ("good", "video"),
    State.COMPLETED: ("", "check"),
    State.CANCELLED: ("", "close"),
    State.DISPUTED: ("danger", "alert"),
}


def load(ids: Collection[UUID], reader: User | None, path: str, now: datetime) -> dict[UUID, Card]:
    """Returns the cards of those of the bookings that the reader takes part in; None is a guest. One query."""
    is_part = Q(client=reader) | Q(builder=reader) if reader else Q(client__isnull=True)
    bookings = Booking.objects.complete().filter(is_part, pk__in=ids)
    return {booking.pk: _card(booking, reader, path, now) for booking in bookings}


def _card(booking: Booking, reader: User | None, path: str, now: datetime) -> Card:
    when = When(booking.starts_at, booking.ends_at, reader.timezone if reader else booking.timezone)
    tone, icon = LOOKS[State(booking.state)]
    return Card(
        title=booking.title,
        when=f"{when.start:%a %-d %b %Y}, {when.hours}",
        place="Remote" if booking.is_remote else "In person",
        state=booking.get_state_display(),
        tone=tone,
        icon=icon,
        url=booking.get_absolute_url() if reader else page_of(booking),
        actions=_actions(booking, reader, path, now) if reader else [],
        is_open=booking.state in LIVE,
        facts={
            "id": str(booking.pk),
            "reference": booking.reference,
            "title": booking.title,
            "status": booking.state,
            "start_time": instant(booking.starts_at),
        },
    )


def _actions(booking: Booking, reader: User, path: str, now: datetime) -> list[CardAction]:
    """Returns the actions that the reader can take without opening the page of the booking."""
    verbs = allowed_verbs(booking, sides_of(reader, booking), now)
    act = reverse("bookings:act", args=[booking.reference])
    actions = []
    if Verb.CONFIRM in verbs:
        actions.append(CardAction("Confirm", act, {"verb": Verb.CONFIRM, "next": path}, is_main=True))
    if Verb.CONFIRM in verbs and Verb.DECLINE in verbs:
        actions.append(CardAction("Decline", reverse("bookings:end", args=[booking.reference])))
    if Verb.ACCEPT in verbs:
        actions.append(CardAction("Look at it and answer", booking.get_absolute_url(), is_main=True))
    if Verb.RESCHEDULE in verbs and Verb.CONFIRM not in verbs:
        actions.append(CardAction("Move", reverse("bookings:move", args=[booking.reference])))
    return actions
