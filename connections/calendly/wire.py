"""Calendly's resources as plain values. They are read leniently: what is missing or new does no harm, what has another
type raises Garbled."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.characters import is_allowed

IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,100}")
LONGEST_URI = 200
LONGEST_EMAIL = 254
YEARS = range(2000, 2200)  # others are no times of sessions, and some of them cannot be shown in another time zone
MOST_LENGTHS = 20  # of an event type; Calendly allows four
TRACKING = ("utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term", "salesforce_uuid")
LONGEST_FACT = 300
Resource = Mapping[str, Any]


class Garbled(ValueError):
    """An answer that is not what Calendly sends."""


def identity_of(uri: str) -> str:
    """Returns the last part of a resource's URI, which names it in paths. Raises Garbled."""
    identity = uri.rstrip("/").rsplit("/", 1)[-1]
    if not IDENTITY.fullmatch(identity):
        raise Garbled(f"{uri[:80]!r} is no address of a resource")
    return identity


@dataclass(frozen=True)
class CalendlyUser:
    """A person at Calendly."""

    uri: str
    name: str
    email: str
    scheduling_url: str
    organization: str


@dataclass(frozen=True)
class CustomQuestion:
    name: str
    kind: str  # string, text, phone_number, single_select, multi_select
    choices: tuple[str, ...]
    is_required: bool
    takes_other: bool  # whether a choice can be typed


@dataclass(frozen=True)
class EventLocation:
    kind: str
    text: str


@dataclass(frozen=True)
class EventType:
    uri: str
    name: str
    description: str
    scheduling_url: str
    is_active: bool
    is_secret: bool
    is_usual: bool  # it can be booked again and again, at a time of the list: no single event, no poll
    duration: int
    durations: tuple[int, ...]
    increment: int | None
    buffer_before: int | None
    buffer_after: int | None
    colour: str
    is_group: bool
    locations: tuple[EventLocation, ...]
    questions: tuple[CustomQuestion, ...]
    updated_at: str


@dataclass(frozen=True)
class Event:
    """A scheduled event, which has one invitee or, in a group, several."""

    uri: str
    name: str
    is_active: bool
    start: datetime
    end: datetime
    event_type: str
    location_kind: str
    location: str
    join_url: str
    limit: int
    hosts: tuple[str, ...]
    mark: str  # differs once the event or the number of its invitees has changed


@dataclass(frozen=True)
class Invitee:
    uri: str
    event: str
    name: str
    email: str
    is_active: bool
    timezone: str
    cancel_url: str
    reschedule_url: str
    was_moved: bool
    old_invitee: str
    new_invitee: str
    no_show: str
    cancel_reason: str
    cancelled_by_host: bool
    created_at: datetime
    updated_at: str
    answers: tuple[tuple[str, str], ...] = ()
    tracking: Mapping[str, str] = field(default_factory=dict)
    payment: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BusyPeriod:
    start: datetime
    end: datetime
    event: str  # the scheduled event of Calendly's own, or nothing for another calendar


@dataclass(frozen=True)
class WebhookSubscription:
    uri: str
    callback_url: str
    is_active: bool


def account(resource: Resource) -> CalendlyUser:
    return CalendlyUser(
        uri=_uri(resource),
        name=_text(resource, "name"),
        email=_text(resource, "email"),
        scheduling_url=_text(resource, "scheduling_url"),
        organization=_text(resource, "current_organization"),
    )


def event_type(resource: Resource) -> EventType:
    duration = _whole(resource, "duration")
    if duration is None or not 1 <= duration <= 1440:
        raise Garbled("an event type has no duration")
    options = {int(minutes) for minutes in _list(resource, "duration_options", int | float) if 1 <= minutes <= 1440}
    method, kind = resource.get("booking_method") or "instant", resource.get("type") or "StandardEventType"
    return EventType(
        uri=_uri(resource),
        name=_text(resource, "name"),
        description=_text(resource, "description_plain"),
        scheduling_url=_text(resource, "scheduling_url"),
        is_active=resource.get("active") is True and not resource.get("deleted_at"),
        is_secret=resource.get("secret") is True,
        is_usual=method == "instant" and kind == "StandardEventType",
        duration=duration,
        durations=tuple(sorted({*sorted(options)[:MOST_LENGTHS], duration})),
        increment=_whole(resource, "start_time_increment"),
        buffer_before=_whole(resource, "before_buffer"),
        buffer_after=_whole(resource, "after_buffer"),
        colour=_text(resource, "color"),
        is_group=resource.get("kind") == "group",
        locations=tuple(
            EventLocation(_text(row, "kind"), _text(row, "location")) for row in _list(resource, "locations", dict)
        ),
        questions=tuple(map(_question, sorted(_asked(resource), key=lambda row: _whole(row, "position") or 0))),
        updated_at=_text(resource, "updated_at"),
    )


def _asked(resource: Resource) -> list[Resource]:
    return [row for row in _list(resource, "custom_questions", dict) if row.get("enabled") is not False]


def _question(resource: Resource) -> CustomQuestion:
    return CustomQuestion(
        name=_text(resource, "name", required=True),
        kind=_text(resource, "type"),
        choices=tuple(_list(resource, "answer_choices", str)),
        is_required=resource.get("required") is True,
        takes_other=resource.get("include_other") is True,
    )


def event(resource: Resource) -> Event:
    start, end = _moment(resource, "start_time"), _moment(resource, "end_time")
    if end <= start:
        raise Garbled("an event ends before it starts")
    location = _part(resource, "location")
    members = [_text(row, "user") for row in _list(resource, "event_memberships", dict)]
    return Event(
        uri=_uri(resource),
        name=_text(resource, "name"),
        is_active=resource.get("status") == "active",
        start=start,
        end=end,
        event_type=_text(resource, "event_type"),
        location_kind=_text(location, "type"),
        location=_text(location, "location"),
        join_url=_text(location, "join_url"),
        limit=_whole(_part(resource, "invitees_counter"), "limit") or 1,
        hosts=tuple(member for member in members if member),
        mark=_mark(resource),
    )


def _mark(resource: Resource) -> str:
    counter = _part(resource, "invitees_counter")
    return f"{_text(resource, 'updated_at')} {_whole(counter, 'total')} {_whole(counter, 'active')}"[:120]


def invitee(resource: Resource) -> Invitee:
    cancellation, payment = _part(resource, "cancellation"), _part(resource, "payment")
    answers = [(_text(row, "question"), _text(row, "answer")) for row in _list(resource, "questions_and_answers", dict)]
    facts = ("external_id", "provider", "amount", "currency", "successful")
    return Invitee(
        uri=_uri(resource),
        event=_text(resource, "event", required=True),
        name=_text(resource, "name")
        or " ".join(filter(None, (_text(resource, "first_name"), _text(resource, "last_name")))),
        email=_email(resource),
        is_active=resource.get("status", "active") == "active" and resource.get("canceled") is not True,
        timezone=_text(resource, "timezone"),
        cancel_url=_text(resource, "cancel_url"),
        reschedule_url=_text(resource, "reschedule_url"),
        was_moved=resource.get("rescheduled") is True,
        old_invitee=_text(resource, "old_invitee"),
        new_invitee=_text(resource, "new_invitee"),
        no_show=_text(_part(resource, "no_show"), "uri"),
        cancel_reason=_text(cancellation, "reason"),
        cancelled_by_host=cancellation.get("canceler_type") == "host",
        created_at=_moment(resource, "created_at"),
        updated_at=_text(resource, "updated_at"),
        answers=tuple(pair for pair in answers if pair[0] and pair[1]),
        tracking=_facts(_part(resource, "tracking"), TRACKING, str),
        payment=_facts(payment, facts, str | int | float | bool),
    )


def busy(resource: Resource) -> BusyPeriod:
    start = resource.get("buffered_start_time") and _moment(resource, "buffered_start_time")
    end = resource.get("buffered_end_time") and _moment(resource, "buffered_end_time")
    return BusyPeriod(
        start=start or _moment(resource, "start_time"),
        end=end or _moment(resource, "end_time"),
        event=_text(_part(resource, "event"), "uri"),
    )


def subscription(resource: Resource) -> WebhookSubscription:
    return WebhookSubscription(
        uri=_uri(resource),
        callback_url=_text(resource, "callback_url"),
        is_active=resource.get("state") == "active",
    )


def _facts(resource: Resource, names: Collection[str], kind: Any) -> dict[str, Any]:
    """Returns those of these members that have this type and can be stored as JSON."""
    facts = {name: resource.get(name) for name in names}
    return {
        name: value for name, value in facts.items() if isinstance(value, kind) and value != "" and _is_storable(value)
    }


def _is_storable(value: str | float) -> bool:
    if isinstance(value, str):
        return is_allowed(value) and len(value) <= LONGEST_FACT
    return math.isfinite(value) and abs(value) < 1e15


def _uri(resource: Resource) -> str:
    """Returns the resource's own URI. Raises Garbled for one that names nothing or cannot be stored."""
    uri = _text(resource, "uri", required=True)
    identity_of(uri)
    if len(uri) > LONGEST_URI:
        raise Garbled("the URI is too long")
    return uri


def _email(resource: Resource) -> str:
    email = _text(resource, "email", required=True).strip()
    name, _, host = email.rpartition("@")
    if not (name and host and len(email) <= LONGEST_EMAIL and email.isprintable() and " " not in email):
        raise Garbled("email is no address")
    return email


def _text(resource: Resource, name: str, *, required: bool = False) -> str:
    value = resource.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value):
        raise Garbled(f"{name} is no text")
    return value if is_allowed(value) else "".join(letter for letter in value if is_allowed(letter))


def _whole(resource: Resource, name: str) -> int | None:
    value = resource.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 100_000:
        raise Garbled(f"{name} is no number")
    return int(value)


def _list(resource: Resource, name: str, kind: Any) -> list[Any]:
    value = resource.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Garbled(f"{name} is no list")
    return [row for row in value if isinstance(row, kind)]


def _part(resource: Resource, name: str) -> Resource:
    value = resource.get(name)
    return value if isinstance(value, dict) else {}


def _moment(resource: Resource, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(resource, name, required=True))
    except (ValueError, OverflowError):
        raise Garbled(f"{name} is no time") from None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise Garbled(f"{name} is no time") from None
    if moment.year not in YEARS:
        raise Garbled(f"{name} is no time of a session")
    return moment
