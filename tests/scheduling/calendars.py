"""Texts of calendars, with events of one hour in a few days."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.scheduling.cast import soon


def calendar(*events: tuple[str, datetime, datetime]) -> bytes:
    blocks = "".join(
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDTEND:{end:%Y%m%dT%H%M%SZ}\r\nEND:VEVENT\r\n"
        for uid, start, end in events
    )
    return f"BEGIN:VCALENDAR\r\n{blocks}END:VCALENDAR\r\n".encode()


def hour(number: int, *, uid: str = "") -> tuple[str, datetime, datetime]:
    """Returns an event of one hour, in a few days at that hour of Berlin's clock."""
    start = soon(number)
    return uid or f"event-{number}", start, start + timedelta(hours=1)
