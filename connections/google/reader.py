"""Lists the calendars of a Google account, and the events that take time in them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from connections.busy import Content
from connections.caldav.discovery import LONGEST_ADDRESS, LONGEST_NAME, OfferedCalendar
from connections.listed import MOST_PAGES, Api, Listing, Window, rows_of
from connections.listed import read as read_listed
from connections.models import AccountCalendar, Connection
from core.names import tidy

PAGE = 2_500
# What is not asked for, such as titles and guests, is not sent.
FIELDS = (
    "items(id,status,transparency,eventType,iCalUID,start(date,dateTime),end(date,dateTime),"
    "attendees(self,responseStatus)),nextPageToken,nextSyncToken"
)


def read(connection: Connection, *, now: datetime, seconds: float = 10) -> Content:
    """Returns what has changed since the last reading. Raises Unreadable."""
    return read_listed(connection, list_events, now=now, seconds=seconds)


def calendars_of(connection: Connection, seconds: float = 10) -> list[OfferedCalendar]:
    """Returns the account's calendars. Raises Unreadable."""
    api, offered, query = Api(connection, seconds), [], {"minAccessRole": "reader", "maxResults": "250"}
    for _ in range(MOST_PAGES):
        answer = api.get(f"{settings.GOOGLE_API_URL}/users/me/calendarList?{urlencode(query)}")
        for row in rows_of(answer, "items"):
            name = tidy(str(row.get("summaryOverride") or row.get("summary") or "")) or "Calendar"
            if isinstance(row.get("id"), str) and len(row["id"]) <= LONGEST_ADDRESS:
                offered.append(OfferedCalendar(row["id"], name[:LONGEST_NAME], can_write=False))
        if not answer.get("nextPageToken"):
            break
        query["pageToken"] = str(answer["nextPageToken"])
    return offered


def list_events(api: Api, calendar: AccountCalendar, window: Window, token: str) -> Listing:
    """Lists the events of the window, or those that have changed since the token. Raises TokenForgotten."""
    query = {"singleEvents": "true", "maxResults": str(PAGE), "fields": FIELDS}
    if token:
        query["syncToken"] = token
    else:
        query |= {"timeMin": window.start.isoformat(), "timeMax": window.end.isoformat()}
    listing = Listing(is_whole=not token)
    for _ in range(MOST_PAGES):
        answer = api.get(
            f"{settings.GOOGLE_API_URL}/calendars/{quote(calendar.address, safe='')}/events?{urlencode(query)}"
        )
        for row in rows_of(answer, "items"):
            _add(listing, row, window)
        if not answer.get("nextPageToken"):
            listing.token = str(answer.get("nextSyncToken") or "")
            break
        query["pageToken"] = str(answer["nextPageToken"])
    return listing


def _add(listing: Listing, row: dict[str, Any], window: Window) -> None:
    event = str(row.get("id"))
    listing.changed.append(event)
    if row.get("status") == "cancelled" or window.is_own(row.get("iCalUID", "")) or _is_declined(row):
        return
    with suppress(KeyError, TypeError, ValueError, OverflowError):
        start, end = row["start"], row["end"]
        is_day = "date" in start
        is_free = row.get("transparency") == "transparent" or row.get("eventType") == "workingLocation"
        if not is_free or (is_day and window.counts_all_day and row.get("eventType") != "workingLocation"):
            name = "date" if is_day else "dateTime"
            listing.busy[event] = (window.instant(start[name]), window.instant(end[name]))
        return
    listing.unreadable += 1


def _is_declined(row: dict[str, Any]) -> bool:
    attendees = row.get("attendees")
    own = (
        [entry for entry in attendees if isinstance(entry, dict) and entry.get("self")]
        if isinstance(attendees, list)
        else []
    )
    return any(entry.get("responseStatus") == "declined" for entry in own)
