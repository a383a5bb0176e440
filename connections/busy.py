"""What every kind of calendar answers: its busy times, and where the next reading goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core import clock, http
from core.service_calls import BUSY, waiting_time

BEHIND, AHEAD = timedelta(days=1), timedelta(days=400)
READ_ANEW = timedelta(hours=24)  # the window moves on, so an unchanged calendar is expanded once a day as well
ALL_KEYS = ("",)  # every key begins with it
LONGEST_WAIT = timedelta(hours=6)  # a server that asks for more is asked again after that


class Unreadable(Exception):
    """A calendar that cannot be read, with a sentence for its owner, and how long its server asks us to wait."""

    def __init__(self, sentence: str, wait: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.wait = None if wait is None else min(wait, LONGEST_WAIT)


def wait_asked(answer: http.HttpAnswer) -> timedelta | None:
    """Returns how long a server that is too busy asks us to wait; None if it is not, or does not say."""
    seconds = waiting_time(answer.headers, clock.now()) if answer.status in BUSY else None
    return None if seconds is None else timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))


@dataclass(frozen=True)
class BusyTime:
    key: str
    start: datetime
    end: datetime
    calendar: str = ""  # the name of the calendar in its account


@dataclass(frozen=True)
class Cursor:
    """Where the next reading of one calendar of an account goes on."""

    calendar: UUID
    sync_token: str = ""
    ctag: str = ""
    etags: str = ""  # a digest of the etags of all events


@dataclass(frozen=True)
class Content:
    """What a calendar holds. Without `busy` nothing has changed since it was read last.

    `busy` replaces what was read before under keys that begin with one of `replaces`.
    """

    busy: list[BusyTime] | None
    etag: str = ""
    modified: str = ""
    digest: str = ""
    warning: str = ""
    replaces: tuple[str, ...] = ALL_KEYS
    cursors: tuple[Cursor, ...] = ()
    is_complete: bool = True  # whether the whole window was read, and not only what has changed


def events_were(count: int) -> str:
    """Begins a sentence about so many events."""
    return "1 event was" if count == 1 else f"{count} events were"
