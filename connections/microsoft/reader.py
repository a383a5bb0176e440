"""Lists the calendars of a Microsoft account, and the events that take time in them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from django.conf import settings

from connections.busy import Content, Unreadable
from connections.caldav.discovery import LONGEST_ADDRESS, LONGEST_NAME, OfferedCalendar
from connections.listed import GARBLED, MOST_PAGES, Api, Listing, Window, rows_of
from connections.listed import read as read_listed
from connections.models import AccountCalendar, Connection
from core.names import tidy

HEADERS = {"Prefer": 'outlook.timezone="UTC", odata.maxpagesize=500'}
FREE = frozenset({"free", "workingElsewhere"})
ZULU = ZoneInfo("UTC")


def read(connection: Connection, *, now: datetime, seconds: float = 10) -> Content:
    """Returns what has changed since the last reading. Raises Unreadable."""
    return read_listed(connection, list_events, now=now, seconds=seconds)


def calendars_of(connection: Connection, seconds: float = 10) -> list[OfferedCalendar]:
    """Returns the account's calendars. Raises Unreadable."""
    api, offered = Api(connection, seconds), []
    answer = api.get(f"{settings.MICROSOFT_API_URL}/me/calendars?$select=id,name&$top=100")
    for row in rows_of(answer, "value"):
        if isinstance(row.get("id"), str) and len(row["id"]) <= LONGEST_ADDRESS:
            name = tidy(str(row.get("name") or "")) or "Calendar"
            offered.append(OfferedCalendar(row["id"], name[:LONGEST_NAME], can_write=False))
    return offered


def list_events(api: Api, calendar: AccountCalendar, window: Window, token: str) -> Listing:
    """Lists the events of the window, or those that have changed since the token, which is the address to ask at.

    Raises TokenForgotten.
    """
    query = urlencode({"startDateTime": window.start.isoformat(), "endDateTime": window.end.isoformat()})
    base = f"{settings.MICROSOFT_API_URL}/me/calendars/{quote(calendar.address, safe='')}/calendarView/delta"
    address = token or f"{base}?{query}"
    listing = Listing(is_whole=not token)
    for _ in range(MOST_PAGES):
        answer = api.get(address, HEADERS)
        for row in rows_of(answer, "value"):
            _add(listing, row, window)
        if delta := answer.get("@odata.deltaLink"):
            listing.token = _own_address(delta)
            return listing
        address = _own_address(answer.get("@odata.nextLink"))
    raise Unreadable(GARBLED)


def _own_address(link: object) -> str:
    """Returns an address that an answer names, if it is one of Graph: the token is sent there."""
    if not isinstance(link, str) or not link.startswith(f"{settings.MICROSOFT_API_URL}/"):
        raise Unreadable(GARBLED)
    return link


def _add(listing: Listing, row: dict[str, Any], window: Window) -> None:
    event = str(row.get("id"))
    listing.changed.append(event)
    if "@removed" in row or row.get("isCancelled") or window.is_own(row.get("iCalUId", "")) or _is_declined(row):
        return
    if row.get("type") == "seriesMaster":
        return
    with suppress(KeyError, TypeError, ValueError, OverflowError):
        is_day = bool(row.get("isAllDay"))
        if row.get("showAs") not in FREE or (is_day and window.counts_all_day):
            zone = window.zone if is_day else ZULU  # whole days are dates, in whatever zone they are written
            listing.busy[event] = (
                window.instant(row["start"]["dateTime"], zone), window.instant(row["end"]["dateTime"], zone)
            )  # fmt: skip
        return
    listing.unreadable += 1


def _is_declined(row: dict[str, Any]) -> bool:
    answer = row.get("responseStatus")
    return isinstance(answer, dict) and answer.get("response") == "declined"
