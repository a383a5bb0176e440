"""Reads accounts whose service lists each occurrence as an event of its own, so that no rule has to be expanded.

What a service calls its fields is known to its own package, which gives a `ListEvents`.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from connections.busy import AHEAD, BEHIND, READ_ANEW, BusyTime, Content, Cursor, Unreadable, events_were
from connections.models import AccountCalendar, Connection
from connections.oauth import services as oauth
from connections.oauth.services import AccountBroken
from core.service_calls import ServiceDown

MOST_PAGES = 20
LONGEST_TOKEN = 4_000
GARBLED = "The calendar's service gave an answer that could not be read. We will try again later."
BROKEN = "Waymark no longer has access to this account. Connect it again."
GONE = "A calendar of this account is no longer there. Choose its calendars again."


class TokenForgotten(Exception):
    """The service cannot say what has changed since this token."""


@dataclass
class Api:
    """A service's API in the name of one account, for a number of seconds in all."""

    connection: Connection
    seconds: float = 10
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.seconds

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Returns an answer. Raises Unreadable, and TokenForgotten for one with the status 410."""
        account = self.connection.account
        if account is None:
            raise Unreadable(BROKEN)
        left = max(0.1, self.deadline - time.monotonic())
        try:
            answer = oauth.call(account, "GET", address, headers=headers, seconds=left)
        except AccountBroken:
            raise Unreadable(BROKEN) from None
        except ServiceDown as down:
            raise Unreadable(str(down), down.wait) from None
        if answer.status == 410:
            raise TokenForgotten
        if answer.status in (403, 404):
            raise Unreadable(GONE if answer.status == 404 else BROKEN)
        try:
            parsed = json.loads(answer.body) if answer.is_ok else None
        except (ValueError, RecursionError):
            parsed = None
        if not isinstance(parsed, dict):
            raise Unreadable(GARBLED)
        return parsed


@dataclass(frozen=True)
class Window:
    """What is read, and what counts as busy for the owner of the calendars."""

    start: datetime
    end: datetime
    zone: ZoneInfo
    counts_all_day: bool
    own_host: str  # of the uids that Waymark itself wrote

    @classmethod
    def of(cls, connection: Connection, now: datetime) -> Window:
        host = (urlsplit(settings.SITE_URL).hostname or "").lower()
        zone = ZoneInfo(connection.owner.timezone)
        return cls(now - BEHIND, now + AHEAD, zone, connection.counts_all_day, host)

    def is_own(self, uid: object) -> bool:
        return bool(self.own_host) and str(uid).lower().endswith(f"@{self.own_host}")

    def instant(self, text: str, zone: ZoneInfo | None = None) -> datetime:
        """Returns the instant of a date, which begins at the owner's midnight, or of a time."""
        value = datetime.fromisoformat(text)
        return (value if value.tzinfo else value.replace(tzinfo=zone or self.zone)).astimezone(UTC)


@dataclass
class Listing:
    """What a service lists of one calendar: the whole window, or what has changed since a token."""

    is_whole: bool
    busy: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)  # by the id of the event
    changed: list[str] = field(default_factory=list)  # the ids of all events that were listed, also of removed ones
    unreadable: int = 0
    token: str = ""


ListEvents = Callable[[Api, AccountCalendar, Window, str], Listing]


def read(connection: Connection, list_events: ListEvents, *, now: datetime, seconds: float) -> Content:
    """Returns the busy times of the calendars that count, as far as they have changed. Raises Unreadable."""
    api, window = Api(connection, seconds), Window.of(connection, now)
    is_due_anew = connection.expanded_at is None or now - connection.expanded_at > READ_ANEW
    busy: list[BusyTime] = []
    replaces: list[str] = []
    cursors: list[Cursor] = []
    unreadable, is_complete = 0, True
    for calendar in connection.calendars.all():
        if not calendar.counts:
            continue
        listing = _list(api, calendar, window, list_events, "" if is_due_anew else calendar.sync_token)
        is_complete &= listing.is_whole
        unreadable += listing.unreadable
        replaces += [calendar.pk.hex] if listing.is_whole else [key_of(calendar, event) for event in listing.changed]
        busy += [
            BusyTime(key_of(calendar, event), start, end, calendar.name)
            for event, (start, end) in listing.busy.items()
            if start < end and start < window.end and end > window.start
        ]
        token = listing.token if len(listing.token) <= LONGEST_TOKEN else ""
        cursors.append(Cursor(calendar.pk, token))
    warning = f"{events_were(unreadable)} left out because they could not be read." if unreadable else ""
    return Content(
        busy if replaces else None, warning=warning, replaces=tuple(replaces), cursors=tuple(cursors),
        is_complete=is_complete,
    )  # fmt: skip


def _list(api: Api, calendar: AccountCalendar, window: Window, list_events: ListEvents, token: str) -> Listing:
    try:
        try:
            return list_events(api, calendar, window, token)
        except TokenForgotten:
            return list_events(api, calendar, window, "")
    except TokenForgotten:
        raise Unreadable(GARBLED) from None


def key_of(calendar: AccountCalendar, event: str) -> str:
    return calendar.pk.hex + hashlib.sha256(event.encode("utf-8", "replace")).hexdigest()[:32]


def rows_of(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Returns the objects of a list in an answer. Raises Unreadable if there is no such list."""
    rows = answer.get(name, [])
    if not isinstance(rows, list):
        raise Unreadable(GARBLED)
    return [row for row in rows if isinstance(row, dict)]
