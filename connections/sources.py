"""Reads a connection, whatever kind of calendar it is."""

from __future__ import annotations

from datetime import datetime

from connections.busy import Content, Unreadable
from connections.caldav import discovery
from connections.caldav import reader as caldav
from connections.caldav.client import CalDavAccount
from connections.caldav.discovery import NONE_FOUND, OfferedCalendar
from connections.google import reader as google
from connections.ical import reader as ical
from connections.microsoft import reader as microsoft
from connections.models import Connection

READERS = {
    Connection.Service.ICAL: ical.read,
    Connection.Service.CALDAV: caldav.read,
    Connection.Service.GOOGLE: google.read,
    Connection.Service.MICROSOFT: microsoft.read,
}


def read(connection: Connection, *, now: datetime, seconds: float = 10) -> Content:
    """Returns what has changed since the last reading. Raises Unreadable."""
    return READERS[Connection.Service(connection.service)](connection, now=now, seconds=seconds)


def calendars_of(connection: Connection, *, seconds: float = 10) -> list[OfferedCalendar]:
    """Returns the calendars of an account, as its service names them now. Raises Unreadable."""
    if connection.service == Connection.Service.GOOGLE:
        offered = google.calendars_of(connection, seconds)
    elif connection.service == Connection.Service.MICROSOFT:
        offered = microsoft.calendars_of(connection, seconds)
    else:
        offered = discovery.calendars_of(CalDavAccount.of(connection, seconds))
    if not offered:
        raise Unreadable(NONE_FOUND)
    return offered[: discovery.MOST_CALENDARS]
