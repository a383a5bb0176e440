"""Reads a calendar address: asks whether it has changed, and if so expands its events in a program of its own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from connections.ical import expand
from connections.models import Connection
from core import http

MOST_BYTES = 5_000_000
EXPAND_SECONDS = 30  # of waiting; the program itself ends after five seconds of work
BEHIND, AHEAD = timedelta(days=1), timedelta(days=400)
READ_ANEW = timedelta(hours=24)  # the window moves on, so an unchanged calendar is expanded once a day as well


class Unreadable(Exception):
    """A calendar that cannot be read, with a sentence for its owner."""


@dataclass(frozen=True)
class BusyTime:
    key: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Content:
    """What a calendar holds. Without `busy` nothing has changed since it was read last."""

    busy: list[BusyTime] | None
    etag: str = ""
    modified: str = ""
    digest: str = ""
    warning: str = ""


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
    busy, warning = _expand(connection, answer.body, now)
    return Content(busy, etag, modified, digest, warning)


def _fetch(connection: Connection, *, conditional: bool, seconds: float) -> http.HttpAnswer:
    headers = {"Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1"}
    if conditional and connection.etag:
        headers["If-None-Match"] = connection.etag
    if conditional and connection.modified:
        headers["If-Modified-Since"] = connection.modified
    try:
        answer = http.get(connection.address, headers=headers, seconds=seconds, most_bytes=MOST_BYTES)
    except http.Unanswered as unanswered:
        raise Unreadable(unanswered.sentence) from None
    if answer.is_ok or (answer.status == 304 and conditional):
        return answer
    raise Unreadable(_sentence_for(answer.status))


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
        return "The calendar's server asks us to come less often. We try again later."
    if status >= 500:
        return "The calendar's server has a fault. We try again later."
    return f"The calendar's server answered with status {status}."


def _expand(connection: Connection, body: bytes, now: datetime) -> tuple[list[BusyTime], str]:
    """Returns the busy times, and a sentence on what could not be read."""
    owner = connection.owner
    query = {
        "text": body.decode("utf-8-sig", "replace"),
        "start": (now - BEHIND).isoformat(),
        "end": (now + AHEAD).isoformat(),
        "zone": owner.timezone,
        "counts_all_day": connection.counts_all_day,
        "own_host": (urlsplit(settings.SITE_URL).hostname or "").lower(),
        "own_address": owner.email,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", expand.__name__],
            input=json.dumps(query),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=EXPAND_SECONDS,
            check=False,
            cwd=settings.BASE_DIR,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("The calendar takes too long to work out. Connect one with fewer repeating events.") from None
    if done.returncode == 2:
        raise Unreadable("There is no calendar at that address. The address of a calendar often ends in .ics.")
    if done.returncode != 0:
        raise Unreadable("The calendar takes too long to work out. Connect one with fewer repeating events.")
    reading = json.loads(done.stdout)
    busy = [
        BusyTime(key, datetime.fromisoformat(start), datetime.fromisoformat(end)) for key, start, end in reading["busy"]
    ]
    return busy, _warning(reading)


def _warning(reading: dict[str, int]) -> str:
    sentences = []
    if count := reading["too_often"]:
        sentences.append(f"{_events(count)} left out for repeating several times a day.")
    if count := reading["unreadable"]:
        sentences.append(f"{_events(count)} left out as unreadable.")
    if reading["is_cut"]:
        sentences.append("The calendar is too long: the time after its first 5,000 events counts as busy.")
    return " ".join(sentences)


def _events(count: int) -> str:
    return "1 event was" if count == 1 else f"{count} events were"
