"""The values of a session type at Calendly and on Waymark, in one form that can be compared and stored as JSON.

Plain values in and out, no queries of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from coaching.models import LONGEST, SHORTEST, Question, SessionType
from connections.calendly.wire import CustomQuestion, EventLocation, EventType
from core.names import tidy

Values = dict[str, Any]
LABELS = {
    "title": "Name",
    "description": "Description",
    "durations": "Lengths",
    "buffer_before": "Free time before",
    "buffer_after": "Free time after",
    "slot_interval": "Start times every",
    "seats": "Places",
    "place": "Where",
    "colour": "Colour",
    "questions": "Questions",
    "is_active": "Can be booked",
}
FIELDS = tuple(LABELS)
COLOURS = {
    SessionType.Colour.PINE: (31, 92, 77),
    SessionType.Colour.CLAY: (190, 95, 60),
    SessionType.Colour.SKY: (40, 120, 190),
    SessionType.Colour.PLUM: (120, 60, 150),
    SessionType.Colour.MOSS: (110, 140, 50),
}
UNSET = {"buffer_before": "as in your hours", "buffer_after": "as in your hours", "slot_interval": "its length"}
MOST_SEATS = 200
UNNAMED = "Session"


def upstream_values(event_type: EventType, *, seats: int, is_offered: bool) -> Values:
    """Returns what Calendly says, within the limits of a session type. `seats` are those of a group."""
    lengths = sorted({min(max(minutes, SHORTEST), LONGEST) for minutes in event_type.durations})
    usual = min(max(event_type.duration, SHORTEST), LONGEST)
    return {
        "title": tidy(event_type.name)[:80].strip() or UNNAMED,
        "description": event_type.description.strip()[:2000],
        "durations": [usual, lengths],
        "buffer_before": _minutes(event_type.buffer_before, 0),
        "buffer_after": _minutes(event_type.buffer_after, 0),
        "slot_interval": _minutes(event_type.increment, 5),
        "seats": min(max(seats, 1), MOST_SEATS) if event_type.is_group else 1,
        "place": _place(event_type.locations),
        "colour": str(_nearest_colour(event_type.colour)),
        "questions": [_question(question) for question in event_type.questions],
        "is_active": is_offered,
    }


def _minutes(minutes: int | None, least: int) -> int | None:
    return None if minutes is None else min(max(minutes, least), LONGEST)


def local_values(session_type: SessionType) -> Values:
    """Returns what Waymark says. No query if its durations and questions are loaded."""
    return {
        "title": session_type.title,
        "description": session_type.description,
        "durations": [session_type.default_minutes, sorted(row.minutes for row in session_type.durations.all())],
        "buffer_before": session_type.buffer_before,
        "buffer_after": session_type.buffer_after,
        "slot_interval": session_type.slot_interval,
        "seats": session_type.seats,
        "place": [
            session_type.is_remote,
            session_type.is_in_person,
            session_type.in_person_at if session_type.is_in_person else "builder",
            session_type.address if session_type.is_in_person else "",
        ],
        "colour": session_type.colour,
        "questions": [
            [question.label, question.kind, list(question.options), question.is_required]
            for question in session_type.questions.all()
            if question.is_asked
        ],
        "is_active": session_type.is_active,
    }


@dataclass(frozen=True)
class Merge:
    """What a session type becomes: its values, which of them change, and which differ because of a change by hand."""

    values: Values
    changed: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)


def merge(*, upstream: Values, local: Values, written: Mapping[str, Any], kept: Collection[str]) -> Merge:
    """Takes Calendly's value where ours is still the one that we wrote, and leaves what was changed by hand.

    A field in `kept` always keeps the builder's value, so it does not count as a difference.
    """
    values, changed, different = dict(local), [], []
    for name in FIELDS:
        if local[name] == upstream[name] or name in kept:
            continue
        if name in written and written[name] != local[name]:
            different.append(name)
            continue
        values[name] = upstream[name]
        changed.append(name)
    return Merge(values, changed, different)


def shown(name: str, value: Any) -> str:
    """Returns a value as people read it."""
    if name == "durations":
        return ", ".join(f"{minutes} min" for minutes in value[1]) or f"{value[0]} min"
    if name == "questions":
        return "; ".join(row[0] for row in value) or "none"
    if name == "place":
        return " or ".join(words for words, is_there in (("remote", value[0]), ("in person", value[1])) if is_there)
    if name == "is_active":
        return "yes" if value else "no"
    if name in UNSET:
        return UNSET[name] if value is None else f"{value} min"
    return str(value) or "empty"


def _place(locations: Collection[EventLocation]) -> list[Any]:
    """Returns whether it is remote, whether in person, at whose address, and which one."""
    kinds = {location.kind for location in locations}
    at_builder = next((row.text for row in locations if row.kind == "physical"), None)
    at_client = "ask_invitee" in kinds
    is_in_person = at_builder is not None or at_client
    is_remote = not kinds or bool(kinds - {"physical", "ask_invitee"})
    if at_builder is None:
        return [is_remote, is_in_person, "client" if at_client else "builder", ""]
    address = tidy(at_builder)[:200].strip() or "The address is on the invitation."
    return [is_remote, True, "either" if at_client else "builder", address]


def _question(question: CustomQuestion) -> list[Any]:
    label = tidy(question.name)[:200].strip() or "Question"
    choices = list(dict.fromkeys(choice.strip()[:120] for choice in question.choices if choice.strip()))
    is_list = question.kind == "single_select" and not question.takes_other and len(choices) > 1
    kind = Question.Kind.DROPDOWN if is_list else Question.Kind.TEXT
    return [label, str(kind), choices if is_list else [], question.is_required]


def _nearest_colour(code: str) -> SessionType.Colour:
    try:
        red, green, blue = (int(code[at : at + 2], 16) for at in (1, 3, 5))
    except ValueError:
        return SessionType.Colour.PINE
    return min(
        COLOURS,
        key=lambda name: sum((a - b) ** 2 for a, b in zip(COLOURS[name], (red, green, blue), strict=True)),
    )
