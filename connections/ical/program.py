"""Runs the program that expands the events of calendars, and reads its answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from connections.busy import AHEAD, BEHIND, BusyTime, Unreadable, events_were
from connections.ical import expand as program
from connections.models import Connection

EXPAND_SECONDS = 30  # of waiting; the program itself ends after five seconds of work
TOO_LONG = "The calendar takes too long to read. Connect one with fewer repeating events."


class NoCalendar(Exception):
    """The text is no calendar."""


@dataclass(frozen=True)
class Expansion:
    busy: list[BusyTime]
    warning: str  # what could not be read, in a sentence
    is_cut: bool  # whether there were more occurrences than are read


def expand(connection: Connection, texts: Sequence[tuple[str, str]], now: datetime) -> Expansion:
    """Returns the busy times in these texts. Each text comes with what its keys begin with. Raises NoCalendar, if it is
    a single one, and Unreadable."""
    owner = connection.owner
    query = {
        "texts": list(texts),
        "start": (now - BEHIND).isoformat(),
        "end": (now + AHEAD).isoformat(),
        "zone": owner.timezone,
        "counts_all_day": connection.counts_all_day,
        "own_host": (urlsplit(settings.SITE_URL).hostname or "").lower(),
        "own_address": owner.email,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", program.__name__],
            input=json.dumps(query),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=EXPAND_SECONDS,
            check=False,
            cwd=settings.BASE_DIR,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(TOO_LONG) from None
    if done.returncode == program.NO_CALENDAR:
        raise NoCalendar
    if done.returncode != 0:
        raise Unreadable(TOO_LONG)
    reading = json.loads(done.stdout)
    busy = [
        BusyTime(key, datetime.fromisoformat(start), datetime.fromisoformat(end)) for key, start, end in reading["busy"]
    ]
    return Expansion(busy, _warning(reading), reading["is_cut"])


def _warning(reading: dict[str, int]) -> str:
    sentences = []
    if count := reading["too_often"]:
        sentences.append(f"{events_were(count)} left out because they repeat several times a day.")
    if count := reading["unreadable"]:
        sentences.append(f"{events_were(count)} left out because they could not be read.")
    if reading["is_cut"]:
        sentences.append("The calendar has too many events. The time after the first 5,000 counts as busy.")
    return " ".join(sentences)
