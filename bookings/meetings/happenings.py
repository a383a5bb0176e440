"""Records what Zoom reports about a meeting: who joined when, how long it lasted, and that the session has begun."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from bookings.agreement import services
from bookings.agreement.transitions import Actor
from bookings.meetings import arranging
from bookings.meetings.rules import JOIN_BEFORE
from bookings.models import Booking, Meeting
from bookings.states import Side, State
from connections.zoom.webhooks import Happening, MeetingEvent
from core import clock
from core.errors import Refused

MOST_PEOPLE = 300
MOST_RUNS = 50
AFTERWARDS = timedelta(days=1)  # Zoom's numbers can be used again, so later events are of another meeting


def follow(event: MeetingEvent) -> None:
    """Records an event of a meeting that is ours. The same event twice, or late, changes nothing more."""
    meeting = _record(event)
    if meeting is None:
        return
    if event.happening == Happening.DELETED and meeting.state == Meeting.State.MADE:
        arranging.forget_deleted(meeting.pk)
    if event.happening in (Happening.STARTED, Happening.JOINED):
        _start_sessions(meeting)


@transaction.atomic
def _record(event: MeetingEvent) -> Meeting | None:
    meeting = Meeting.objects.select_for_update(no_key=True).filter(external_id=event.meeting_id).first()
    if meeting is None or event.at > meeting.starts_at + timedelta(minutes=meeting.minutes) + AFTERWARDS:
        return None
    if event.happening in (Happening.STARTED, Happening.ENDED):
        _record_run(meeting, event)
    elif event.happening in (Happening.JOINED, Happening.LEFT):
        _record_person(meeting, event)
    meeting.save(update_fields=["runs", "people", "started_at", "ended_at", "host_joined_at", "changed_at"])
    return meeting


def _record_run(meeting: Meeting, event: MeetingEvent) -> None:
    if event.run not in meeting.runs and len(meeting.runs) >= MOST_RUNS:
        return
    run: dict[str, str] = meeting.runs.setdefault(event.run, {})
    run.setdefault("start" if event.happening == Happening.STARTED else "end", event.at.isoformat())
    starts = [_instant(entry["start"]) for entry in meeting.runs.values() if "start" in entry]
    ends = [_instant(entry["end"]) for entry in meeting.runs.values() if "end" in entry]
    is_over = bool(starts) and all("end" in entry for entry in meeting.runs.values() if "start" in entry)
    meeting.started_at = min(starts, default=None)
    meeting.ended_at = max(ends) if is_over else None


def _record_person(meeting: Meeting, event: MeetingEvent) -> None:
    key = f"{event.run}:{event.participant}"
    if key not in meeting.people and len(meeting.people) >= MOST_PEOPLE:
        return
    person: dict[str, Any] = meeting.people.setdefault(key, {})
    person["name"] = event.name or person.get("name", "")
    person.setdefault("joined" if event.happening == Happening.JOINED else "left", event.at.isoformat())
    if event.is_host and event.happening == Happening.JOINED:
        earlier = meeting.host_joined_at
        meeting.host_joined_at = event.at if earlier is None else min(earlier, event.at)


def _start_sessions(meeting: Meeting) -> None:
    """Begins the sessions that meet there, unless it is long before their time."""
    now = clock.now()
    due = Booking.objects.filter(meeting=meeting, state=State.CONFIRMED, starts_at__lte=now + JOIN_BEFORE)
    for booking in due.select_related("builder"):
        try:
            services.start(booking=booking, by=Actor(Side.BUILDER, booking.builder))
        except Refused:
            continue  # changed by somebody in the meantime


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
