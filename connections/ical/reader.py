"""Reads a calendar address: asks whether it has changed, and if so expands its events in a program of its own."""

from __future__ import annotations

import hashlib
from datetime import datetime
from urllib.parse import urlsplit

from connections.busy import READ_ANEW, Content, Unreadable, wait_asked
from connections.ical.program import NoCalendar, expand
from connections.models import Connection
from core import http

MOST_BYTES = 5_000_000


def normal_address(typed: str) -> str:
    """Returns the address as it is read: webcal:// is https://."""
    address = typed.strip()
    scheme, separator, rest = address.partition("://")
    return f"https://{rest}" if separator and scheme.lower() in ("webcal", "webcals") else address


def host_of(address: str) -> str:
    return (urlsplit(address).hostname or "")[:255]


def read(connection: Connection, *, now: datetime, seconds: float = 10) -> Content:
    """Returns the busy times from yesterday to 400 days from now. Raises Unreadable."""
    is_due_anew = connection.expanded_at is None or now - connection.expanded_at > READ_ANEW
    answer = _fetch(connection, conditional=not is_due_anew, seconds=seconds)
    if answer.status == 304 and not is_due_anew:
        return Content(None, connection.etag, connection.modified, connection.digest, connection.warning)
    digest = hashlib.sha256(answer.body).hexdigest()
    etag, modified = _mark(answer, "ETag", 200), _mark(answer, "Last-Modified", 60)
    if digest == connection.digest and not is_due_anew:
        return Content(None, etag, modified, digest, connection.warning)
    try:
        reading = expand(connection, [("", answer.body.decode("utf-8-sig", "replace"))], now)
    except NoCalendar:
        sentence = "There is no calendar at that address. The address of a calendar often ends in .ics."
        raise Unreadable(sentence) from None
    return Content(reading.busy, etag, modified, digest, reading.warning)


def _fetch(connection: Connection, *, conditional: bool, seconds: float) -> http.HttpAnswer:
    headers = {"Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1"}
    if conditional and connection.etag:
        headers["If-None-Match"] = connection.etag
    if conditional and connection.modified:
        headers["If-Modified-Since"] = connection.modified
    try:
        answer = http.get(connection.address, headers=headers, seconds=seconds, most_bytes=MOST_BYTES, is_typed=True)
    except http.Unanswered as unanswered:
        raise Unreadable(unanswered.sentence) from None
    if answer.is_ok or (answer.status == 304 and conditional):
        return answer
    raise Unreadable(_sentence_for(answer.status), wait_asked(answer))


def _mark(answer: http.HttpAnswer, header: str, longest: int) -> str:
    """Returns a header that is sent back with the next request, or nothing if it is not plain printable text: others
    cannot be stored or sent."""
    mark = answer.headers.get(header, "")
    return mark if len(mark) <= longest and mark.isascii() and mark.isprintable() else ""


def _sentence_for(status: int) -> str:
    if status in (401, 403):
        return "The calendar does not let us read it. Copy its secret address again and save it here."
    if status in (404, 410):
        return "There is no calendar at that address any more. Copy its secret address again and save it here."
    if status == 429:
        return "The calendar's server asks us to wait. We will try again later."
    if status >= 500:
        return "The calendar's server has a problem. We will try again later."
    return f"The calendar's server answered with status {status}."
