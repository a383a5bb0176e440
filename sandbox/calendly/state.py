"""What the stand-in knows: people, event types, scheduled events, invitees, and the rules that Calendly keeps to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

API = "https://api.calendly.com"  # resources are named so, whatever the address of the stand-in is
OPENS, CLOSES = 9, 17  # hours in UTC of every day on which event types can be booked
TRACKING = ("utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term", "salesforce_uuid")
LASTING = frozenset({"users", "organizations", "event_types"})
Resource = dict[str, Any]


class Refusal(Exception):
    """An error answer: its status, title and message, in Calendly's words."""

    def __init__(self, status: int, title: str, message: str, details: list[Resource] | None = None) -> None:
        super().__init__(message)
        self.status, self.title, self.message, self.details = status, title, message, details


def invalid(message: str = "The supplied parameters are invalid.", *, parameter: str = "") -> Refusal:
    details = [{"parameter": parameter, "message": message}] if parameter else None
    return Refusal(400, "Invalid Argument", message, details)


def missing() -> Refusal:
    return Refusal(404, "Resource Not Found", "The server could not find the requested resource.")


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """Returns the instant that an ISO 8601 text names. Raises Refusal for anything else."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise invalid() from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


@dataclass
class Fault:
    """What goes wrong, after how many requests that go well, and for how many requests."""

    name: str
    after: int = 0
    times: int = 1_000_000


@dataclass
class State:
    """All that the stand-in keeps, guarded by one lock."""

    pages: str = "http://127.0.0.1/calendly"  # the address of its pages
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    limit: int = 500  # requests a minute
    window_days: int = 31  # of event_type_available_times
    is_paid: bool = True
    pushes_after: timedelta = timedelta(seconds=8)  # until a conference has its join address
    users: dict[str, Resource] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)  # token: user uri
    event_types: dict[str, Resource] = field(default_factory=dict)
    seats: dict[str, int] = field(default_factory=dict)  # of group event types
    events: dict[str, Resource] = field(default_factory=dict)
    invitees: dict[str, Resource] = field(default_factory=dict)
    no_shows: dict[str, Resource] = field(default_factory=dict)
    busy: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)  # by user, of other calendars
    subscriptions: dict[str, Resource] = field(default_factory=dict)
    keys: dict[str, str | None] = field(default_factory=dict)  # signing keys by subscription
    requests: list[str] = field(default_factory=list)
    fault: Fault | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    news: Callable[[str, Resource, str], None] = lambda event, payload, user: None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fail(self, name: str, *, after: int = 0, times: int = 1_000_000) -> None:
        """Lets requests fail from now on, after `after` that go well, `times` times; `none` mends it."""
        with self.lock:
            self.fault = None if name == "none" else Fault(name, after, times)

    def fault_now(self) -> str:
        """Returns what goes wrong with the present request, and counts it."""
        with self.lock:
            if self.fault is None:
                return "none"
            if self.fault.after > 0:
                self.fault.after -= 1
                return "none"
            name = self.fault.name
            self.fault.times -= 1
            if self.fault.times <= 0:
                self.fault = None
            return name

    def uri(self, kind: str) -> str:
        """Returns a new name. Those of an account stay the same when the demo starts again, all others never come twice."""
        if kind in LASTING:
            return f"{API}/{kind}/SB{next(self._numbers):014d}"
        return f"{API}/{kind}/{uuid4()}"

    # People and event types

    def add_user(self, token: str, name: str, email: str, *, organization: str = "", zone: str = "UTC") -> Resource:
        with self.lock:
            uri, now = self.uri("users"), stamp(self.now())
            slug = name.lower().replace(" ", "-")
            self.users[uri] = {
                "uri": uri, "name": name, "slug": slug, "email": email, "scheduling_url": f"{self.pages}/{slug}",
                "timezone": zone, "avatar_url": None, "created_at": now, "updated_at": now, "locale": "en",
                "time_notation": "24h", "resource_type": "User",
                "current_organization": organization or self.uri("organizations"),
            }  # fmt: skip
            self.tokens[token] = uri
            return self.users[uri]

    def add_event_type(self, user: Resource, name: str, **values: Any) -> Resource:
        with self.lock:
            uri, now = self.uri("event_types"), stamp(self.now())
            slug = name.lower().replace(" ", "-")
            seats = values.pop("seats", 1)
            duration = values.get("duration", 30)
            kind = "group" if seats > 1 else "solo"
            self.event_types[uri] = {
                "uri": uri, "name": name, "slug": slug, "active": True, "secret": False, "admin_managed": False,
                "scheduling_url": f"{self.pages}/{user['slug']}/{slug}", "duration": duration,
                "duration_options": None, "kind": kind, "pooling_type": None,
                "kind_description": "Group" if kind == "group" else "One-on-One", "type": "StandardEventType",
                "booking_method": "instant", "color": "#8247f5", "created_at": now, "updated_at": now,
                "deleted_at": None, "internal_note": None, "description_plain": None, "description_html": None,
                "profile": {"type": "User", "name": user["name"], "owner": user["uri"]}, "locations": None,
                "position": len(self.event_types), "locale": "en", "start_time_increment": 30, "before_buffer": 0,
                "after_buffer": 0, "custom_questions": [], **values,
            }  # fmt: skip
            self.seats[uri] = seats
            return self.event_types[uri]

    def change_event_type(self, uri: str, **values: Any) -> None:
        with self.lock:
            self.event_types[uri].update(values, updated_at=stamp(self.now()))

    # Bookings

    def free_times(self, event_type: Resource, start: datetime, end: datetime, minutes: int = 0) -> list[Resource]:
        """Returns the times at which the event type can begin, with the seats that are left at each."""
        length = timedelta(minutes=minutes or event_type["duration"])
        step = timedelta(minutes=event_type["start_time_increment"] or 30)
        free, first = [], start.replace(hour=0, minute=0, second=0, microsecond=0)
        for day in range((end - first).days + 1):
            at = first + timedelta(days=day, hours=OPENS)
            while at + length <= first + timedelta(days=day, hours=CLOSES):
                if start <= at < end and (left := self.seats_left(event_type, at, at + length)):
                    free.append({
                        "status": "available", "invitees_remaining": left, "start_time": stamp(at),
                        "scheduling_url": f"{event_type['scheduling_url']}/{at:%Y-%m-%dT%H:%M:%SZ}",
                    })  # fmt: skip
                at += step
        return free

    def seats_left(self, event_type: Resource, start: datetime, end: datetime, *, but: str = "") -> int:
        """Returns how many may still book this time: 0 if something else is there. The event `but` does not count."""
        user = event_type["profile"]["owner"]
        seats = self.seats[event_type["uri"]]
        for event in self.events_of(user):
            if event["uri"] == but or event["status"] != "active":
                continue
            begins, ends = moment(event["start_time"]), moment(event["end_time"])
            if begins < end and start < ends:
                is_same = event["event_type"] == event_type["uri"] and (begins, ends) == (start, end)
                return seats - event["invitees_counter"]["active"] if is_same else 0
        return 0 if any(a < end and start < b for a, b in self.busy.get(user, [])) else seats

    def book(
        self,
        event_type: Resource,
        start: datetime,
        invitee: Resource,
        *,
        minutes: int = 0,
        old: Resource | None = None,
        **more: Any,
    ) -> Resource:
        """Books and returns the invitee. Refuses a time that is taken. `old` is the invitee that is moved."""
        with self.lock:
            end = start + timedelta(minutes=minutes or event_type["duration"])
            if not event_type["active"] or not self.seats_left(event_type, start, end, but=old["event"] if old else ""):
                raise Refusal(400, "Invalid Argument", "The selected time slot is no longer available.")
            event = self._event_at(event_type, start, end)
            uri, now = event["uri"] + self.uri("invitees").removeprefix(API), stamp(self.now())
            page = uri.rsplit("/", 1)[1]
            row = {
                "uri": uri, "email": invitee["email"], "name": invitee["name"],
                "first_name": invitee.get("first_name"), "last_name": invitee.get("last_name"), "status": "active",
                "timezone": invitee.get("timezone"), "event": event["uri"], "created_at": now, "updated_at": now,
                "tracking": dict.fromkeys(TRACKING) | (more.get("tracking") or {}),
                "questions_and_answers": more.get("questions_and_answers") or [],
                "text_reminder_number": invitee.get("text_reminder_number"), "rescheduled": False,
                "old_invitee": old["uri"] if old else None, "new_invitee": None,
                "cancel_url": f"{self.pages}/cancellations/{page}",
                "reschedule_url": f"{self.pages}/reschedulings/{page}", "routing_form_submission": None,
                "payment": more.get("payment"), "no_show": None, "reconfirmation": None,
                "scheduling_method": more.get("scheduling_method"),
                "invitee_scheduled_by": more.get("invitee_scheduled_by"),
            }  # fmt: skip
            self.invitees[uri] = row
            event["invitees_counter"]["total"] += 1
            event["invitees_counter"]["active"] += 1
            self._announce("invitee.created", row)
            return row

    def cancel(self, invitee: Resource, *, by: str = "invitee", reason: str = "", new: Resource | None = None) -> None:
        """Cancels one invitee; with `new`, because that one replaces it."""
        with self.lock:
            event = self.events[invitee["event"]]
            now = stamp(self.now())
            cancellation = {
                "canceled_by": invitee["name"] if by == "invitee" else "Host", "reason": reason or None,
                "canceler_type": by, "created_at": now,
            }  # fmt: skip
            invitee.update(status="canceled", cancellation=cancellation, updated_at=now)
            if new is not None:
                invitee.update(rescheduled=True, new_invitee=new["uri"])
            event["invitees_counter"]["active"] -= 1
            if not event["invitees_counter"]["active"]:
                event.update(status="canceled", cancellation=cancellation, updated_at=now)
            self._announce("invitee.canceled", invitee)

    def reschedule(self, invitee: Resource, start: datetime, *, created_first: bool = False) -> Resource:
        """Moves an invitee as the page of Calendly does: the old one is cancelled, and a new one made."""
        with self.lock, self._announcing_later(created_first=created_first):
            event = self.events[invitee["event"]]
            event_type = self.event_types[event["event_type"]]
            minutes = int((moment(event["end_time"]) - moment(event["start_time"])) / timedelta(minutes=1))
            new = self.book(
                event_type, start, invitee, minutes=minutes, old=invitee, tracking=invitee["tracking"],
                questions_and_answers=invitee["questions_and_answers"], payment=invitee["payment"],
            )  # fmt: skip
            self.cancel(invitee, new=new)
            return new

    def mark_no_show(self, invitee: Resource) -> Resource:
        with self.lock:
            uri, now = self.uri("invitee_no_shows"), stamp(self.now())
            self.no_shows[uri] = {"uri": uri, "invitee": invitee["uri"], "created_at": now, "updated_at": now}
            invitee.update(no_show={"uri": uri, "created_at": now}, updated_at=now)
            self._announce("invitee_no_show.created", invitee)
            return self.no_shows[uri]

    def clear_no_show(self, uri: str) -> None:
        with self.lock:
            invitee = self.invitees[self.no_shows.pop(uri)["invitee"]]
            invitee.update(no_show=None, updated_at=stamp(self.now()))
            self._announce("invitee_no_show.deleted", invitee)

    def shown_event(self, event: Resource) -> Resource:
        """Returns the event as it is answered: a conference gets its join address a little later."""
        location = event["location"]
        is_waiting = bool(location) and location.get("status") == "processing"
        if is_waiting and self.now() - moment(event["created_at"]) >= self.pushes_after:
            location.update(status="pushed", join_url=f"https://meet.example/{event['uri'].rsplit('/', 1)[1]}")
            event["updated_at"] = stamp(self.now())
        return event

    def _event_at(self, event_type: Resource, start: datetime, end: datetime) -> Resource:
        user = self.users[event_type["profile"]["owner"]]
        for event in self.events_of(user["uri"]):
            same = event["event_type"] == event_type["uri"] and event["status"] == "active"
            if same and moment(event["start_time"]) == start:
                return event
        uri, now = self.uri("scheduled_events"), stamp(self.now())
        self.events[uri] = {
            "uri": uri, "name": event_type["name"], "status": "active", "start_time": stamp(start),
            "end_time": stamp(end), "event_type": event_type["uri"], "location": _location_of(event_type),
            "invitees_counter": {"total": 0, "active": 0, "limit": self.seats[event_type["uri"]]},
            "created_at": now, "updated_at": now,
            "event_memberships": [{"user": user["uri"], "user_email": user["email"], "user_name": user["name"]}],
            "event_guests": [], "calendar_event": None, "meeting_notes_plain": None, "meeting_notes_html": None,
        }  # fmt: skip
        return self.events[uri]

    def events_of(self, user: str) -> list[Resource]:
        return [
            event
            for event in self.events.values()
            if any(member["user"] == user for member in event["event_memberships"])
        ]

    # News, which the webhooks deliver

    _later: list[tuple[str, Resource]] | None = None

    @contextmanager
    def _announcing_later(self, *, created_first: bool) -> Iterator[None]:
        """Sends both halves of a rescheduling at its end, so that both deliveries show what is true by then."""
        self._later = []
        try:
            yield
        finally:
            later, self._later = self._later, None
            later.sort(key=lambda news: (news[0] == "invitee.created") != created_first)
            for event, invitee in later:
                self._announce(event, invitee)

    def _announce(self, event: str, invitee: Resource) -> None:
        if self._later is not None:
            self._later.append((event, invitee))
            return
        scheduled = self.events[invitee["event"]]
        payload = {**invitee, "scheduled_event": dict(self.shown_event(scheduled))}
        self.news(event, payload, scheduled["event_memberships"][0]["user"])


def _location_of(event_type: Resource) -> Resource | None:
    choices = event_type["locations"] or []
    if not choices:
        return None
    choice = choices[0]
    if choice["kind"].endswith("_conference"):
        return {"type": choice["kind"], "status": "processing", "join_url": None, "data": None}
    return {
        "type": choice["kind"],
        "location": choice.get("location"),
        "additional_info": choice.get("additional_info"),
    }
