"""Bookings that need the builder's attention: requests that end soon, and sessions without a link."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from bookings.agreement.queries import TO_ANSWER
from bookings.meetings.rules import is_link_awaited, is_link_missing
from bookings.models import Booking
from bookings.models.agreement import BookingQuerySet
from bookings.states import State
from core.attention import AttentionItem
from core.compiled import CompiledQuery

ENDS_WITHIN = timedelta(hours=12)
MOST_READ = 50


def requests_ending(builder: Any, now: datetime) -> Iterator[AttentionItem]:
    """Yields one line about the requests that end soon if the builder does not answer. One query."""
    ending = _ending.rows(builder.pk, now + ENDS_WITHIN)
    if len(ending) == 1:
        [booking] = ending
        text = f"The request from {booking.client_name} will expire on"
        yield AttentionItem("clock", text, booking.get_absolute_url(), "Answer", booking.answer_by)
    elif ending:
        text = f"{len(ending)} requests will expire without an answer, the first on"
        url = f"{reverse('bookings:as_builder')}?show={TO_ANSWER}"
        yield AttentionItem("clock", text, url, "Answer them", ending[0].answer_by)


def _ending_until(builder: UUID, until: datetime) -> BookingQuerySet:
    requests = Booking.objects.of_builder(builder).requests().filter(answer_by__lte=until)
    return requests.select_related("client", "guest").order_by("answer_by", "id")[:MOST_READ]


def _without_link_after(builder: UUID, now: datetime) -> BookingQuerySet:
    remote = Booking.objects.of_builder(builder).filter(
        state=State.CONFIRMED, starts_at__gt=now, is_remote=True, is_arranged_on_calendly=False, zoom_url="",
        meeting_url="", session_type__meeting_url="", builder__builder_profile__meeting_url="",
    )  # fmt: skip
    return remote.listed().select_related("meeting").order_by("starts_at", "id")[:MOST_READ]


_ending, _without_link = CompiledQuery(_ending_until), CompiledQuery(_without_link_after)


def links_missing(builder: Any, now: datetime) -> Iterator[AttentionItem]:
    """Yields one line about the confirmed sessions ahead for which no link is set or being made. One query."""
    missing = [
        booking
        for booking in _without_link.rows(builder.pk, now)
        if is_link_missing(booking) and not is_link_awaited(booking)
    ]
    if len(missing) == 1:
        [booking] = missing
        url, text = (
            reverse("bookings:link", args=[booking.reference]),
            (f"No meeting link yet for the session with {booking.client_name} on"),
        )
        yield AttentionItem("video", text, url, "Set the link", booking.starts_at)
    elif missing:
        text = f"{len(missing)} sessions have no meeting link yet, the first on"
        yield AttentionItem("video", text, reverse("coaching:meetings"), "Set one for all", missing[0].starts_at)
