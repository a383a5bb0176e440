"""What the API says of the meeting of a booking."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bookings.api.formats import instant
from bookings.meetings.rules import PARTIES, link_for
from bookings.models import Booking
from bookings.states import Side
from core.api import Out
from scheduling.api import shown


class ParticipantOut(Out):
    name: str
    joined_at: str
    left_at: str | None


class MeetingOut(Out):
    """Where a remote session meets, and what became known of the meeting."""

    provider: Literal["zoom", "link", "none"]
    started_at: str | None = None
    ended_at: str | None = None
    minutes: int | None = None
    participants: list[ParticipantOut] = []

    @classmethod
    def of(cls, booking: Booking, sides: frozenset[Side]) -> MeetingOut:
        """Returns what these sides may read. No queries for bookings loaded with `whole()`."""
        link = link_for(booking, sides)
        provider: Literal["zoom", "link", "none"] = "zoom" if link and booking.zoom_url else "link" if link else "none"
        meeting = booking.meeting
        if meeting is None or not PARTIES.intersection(sides):
            return cls(provider=provider)
        return cls(
            provider=provider,
            started_at=shown(meeting.started_at),
            ended_at=shown(meeting.ended_at),
            minutes=meeting.real_minutes,
            participants=[ParticipantOut.model_validate(_participant(person)) for person in meeting.participants],
        )


def _participant(person: dict[str, str | None]) -> dict[str, str | None]:
    times = {name: person[name] for name in ("joined_at", "left_at")}
    return {"name": person["name"]} | {
        name: instant(datetime.fromisoformat(at)) if at else None for name, at in times.items()
    }
