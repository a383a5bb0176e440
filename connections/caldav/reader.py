"""Reads what has changed in the calendars of an account that count.

A server with sync tokens (RFC 6578) says which events have changed since the last reading. Of another one the ctag, then
the etags of all events say whether anything has. After an answer that says otherwise, once a day, and when a server has
forgotten its token, the whole window is read, which also removes what is gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

from connections.busy import AHEAD, BEHIND, READ_ANEW, BusyTime, Content, Cursor, Unreadable
from connections.caldav import xml
from connections.caldav.client import NO_CALDAV, Answered, CalDavAccount
from connections.caldav.xml import CALDAV, CALENDAR_SERVER, DAV, Multistatus
from connections.ical.program import NoCalendar, expand
from connections.models import AccountCalendar, Connection
from core import http

MOST_CHANGES = 100  # events that are asked for one by one; after more, the whole window is read
ETAG, DATA = f"{DAV}getetag", f"{CALDAV}calendar-data"
TOKEN, CTAG = f"{DAV}sync-token", f"{CALENDAR_SERVER}getctag"
LONGEST_TOKEN, LONGEST_CTAG = 1_000, 200
OBJECT_KEY = 12  # characters


@dataclass
class Changes:
    """What a calendar answered: the texts of its events, each with what their keys begin with."""

    cursor: Cursor
    replaces: tuple[str, ...] = ()  # beginnings of keys; empty if nothing has changed
    texts: Sequence[tuple[str, str]] = ()
    is_whole: bool = False  # whether the whole window was read


def read(connection: Connection, *, now: datetime, seconds: float = 10) -> Content:
    """Returns the busy times of the account's calendars that count, as far as they have changed. Raises Unreadable."""
    account = CalDavAccount.of(connection, seconds)
    is_due_anew = connection.expanded_at is None or now - connection.expanded_at > READ_ANEW
    busy: list[BusyTime] = []
    replaces: list[str] = []
    cursors: list[Cursor] = []
    warnings: list[str] = []
    is_complete = True
    for calendar in connection.calendars.all():
        if not calendar.counts:
            continue
        changes = _changes(account, calendar, now, is_due_anew=is_due_anew)
        is_complete &= changes.is_whole
        if changes.replaces:
            cursor, warning = _expand(connection, calendar, changes, busy, now)
            replaces += changes.replaces
            warnings += [f"{calendar.name}: {warning}"] if warning else []
        else:
            cursor = changes.cursor
        cursors.append(cursor)
    warning = " ".join(warnings) or ("" if is_complete else connection.warning)
    return Content(
        busy if replaces else None, warning=warning[:300], replaces=tuple(replaces), cursors=tuple(cursors),
        is_complete=is_complete,
    )  # fmt: skip


def _changes(account: CalDavAccount, calendar: AccountCalendar, now: datetime, *, is_due_anew: bool) -> Changes:
    try:
        if is_due_anew:
            return _whole(account, calendar, now)
        if calendar.sync_token:
            changes = _since_token(account, calendar)
            return changes or _whole(account, calendar, now)
        if calendar.ctag:
            current = _cursor(account, calendar)
            if current.ctag == calendar.ctag:
                return Changes(Cursor(calendar.pk, "", calendar.ctag, calendar.etags))
        return _whole(account, calendar, now, known_etags=calendar.etags)
    except Answered as answered:
        raise Unreadable(str(answered), answered.wait) from None
    except http.Unanswered as unanswered:
        raise Unreadable(unanswered.sentence) from None
    except ValueError:  # an address in the answer that is none
        raise Unreadable(NO_CALDAV) from None


def _since_token(account: CalDavAccount, calendar: AccountCalendar) -> Changes | None:
    """Returns what has changed since the last reading; None if the server has forgotten its token, or too much has."""
    body = xml.request(
        f"{DAV}sync-collection",
        xml.element(f"{DAV}sync-token", calendar.sync_token),
        xml.element(f"{DAV}sync-level", "1"),
        xml.prop(ETAG),
    )
    try:
        answer = account.report(calendar.address, body, depth=0)
    except Answered as answered:
        if answered.status in (401, 404, 410, 429) or answered.status >= 500:
            raise
        return None
    token = answer.sync_token
    own = urljoin(calendar.address, urlsplit(calendar.address).path)
    changed = [item for item in answer.resources if urljoin(calendar.address, item.href) != own]
    if not token or len(changed) > MOST_CHANGES or any(item.status == 507 for item in answer.resources):
        return None
    cursor = Cursor(calendar.pk, token if len(token) <= LONGEST_TOKEN else "")
    if not changed:
        return Changes(cursor)
    present = [item.href for item in changed if item.status != 404]
    texts = _texts(calendar, _multiget(account, calendar, present)) if present else []
    return Changes(cursor, tuple(key_of(calendar, item.href) for item in changed), texts)


def _multiget(account: CalDavAccount, calendar: AccountCalendar, hrefs: Sequence[str]) -> Multistatus:
    links = [xml.element(f"{DAV}href", href) for href in hrefs]
    body = xml.request(f"{CALDAV}calendar-multiget", xml.prop(ETAG, DATA), *links)
    return account.report(calendar.address, body)


def _whole(account: CalDavAccount, calendar: AccountCalendar, now: datetime, known_etags: str = "") -> Changes:
    """Reads the window. The token is older than the events, so a change in between is read again and not missed."""
    cursor = _cursor(account, calendar)
    if known_etags and _digest(account.report(calendar.address, _query(now, ETAG))) == known_etags:
        return Changes(Cursor(calendar.pk, cursor.sync_token, cursor.ctag, known_etags))
    answer = account.report(calendar.address, _query(now, ETAG, DATA))
    cursor = Cursor(calendar.pk, cursor.sync_token, cursor.ctag, _digest(answer))
    return Changes(cursor, (calendar.pk.hex,), _texts(calendar, answer), is_whole=True)


def _cursor(account: CalDavAccount, calendar: AccountCalendar) -> Cursor:
    answer = account.propfind(calendar.address, TOKEN, CTAG)
    for resource in answer.resources[:1]:
        token, ctag = resource.text(TOKEN), resource.text(CTAG)
        return Cursor(
            calendar.pk, token if len(token) <= LONGEST_TOKEN else "", ctag if len(ctag) <= LONGEST_CTAG else ""
        )
    return Cursor(calendar.pk)


def _query(now: datetime, *names: str) -> bytes:
    """Returns the request for the events that touch the window."""
    window = {"start": f"{now - BEHIND:%Y%m%dT%H%M%SZ}", "end": f"{now + AHEAD:%Y%m%dT%H%M%SZ}"}
    events = xml.element(f"{CALDAV}comp-filter", "", Element(f"{CALDAV}time-range", window), name="VEVENT")
    calendar = xml.element(f"{CALDAV}comp-filter", "", events, name="VCALENDAR")
    return xml.request(f"{CALDAV}calendar-query", xml.prop(*names), xml.element(f"{CALDAV}filter", "", calendar))


def _texts(calendar: AccountCalendar, answer: Multistatus) -> list[tuple[str, str]]:
    return [(key_of(calendar, item.href), item.text(DATA)) for item in answer.resources if DATA in item.properties]


def _digest(answer: Multistatus) -> str:
    lines = sorted(f"{unquote(item.href)} {item.text(ETAG)}" for item in answer.resources if item.status != 404)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()


def key_of(calendar: AccountCalendar, href: str) -> str:
    """Returns what the keys of an event's busy times begin with: its calendar, then its address there."""
    path = unquote(urlsplit(urljoin(calendar.address, href)).path)
    return calendar.pk.hex + hashlib.sha256(path.encode("utf-8", "replace")).hexdigest()[:OBJECT_KEY]


def _expand(
    connection: Connection, calendar: AccountCalendar, changes: Changes, busy: list[BusyTime], now: datetime
) -> tuple[Cursor, str]:
    """Adds the busy times. Returns where to go on, and a sentence on what could not be read.

    After more occurrences than are read, the next reading starts anew, since the rest counts as busy until then.
    """
    if not changes.texts:
        return changes.cursor, ""
    try:
        reading = expand(connection, changes.texts, now)
    except NoCalendar:
        return changes.cursor, "1 event was left out because they could not be read."
    busy += [BusyTime(entry.key, entry.start, entry.end, calendar.name) for entry in reading.busy]
    return Cursor(calendar.pk) if reading.is_cut else changes.cursor, reading.warning
