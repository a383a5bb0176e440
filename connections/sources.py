"""Reads a connection, whatever kind of calendar it is."""

from __future__ import annotations

from datetime import datetime

from connections.busy import Content
from connections.caldav import reader as caldav
from connections.ical import reader as ical
from connections.models import Connection

READERS = {Connection.Service.ICAL: ical.read, Connection.Service.CALDAV: caldav.read}


def read(connection: Connection, *, now: datetime, seconds: float = 10) -> Content:
    """Returns what has changed since the last reading. Raises Unreadable."""
    return READERS[Connection.Service(connection.service)](connection, now=now, seconds=seconds)
