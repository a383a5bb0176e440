"""Google Calendar and Microsoft Graph, as far as Waymark asks them: calendars, events, and what has changed since a token.

Both keep the same events. Tests add, move and remove some as their owner would, and can make tokens expire.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlencode

Answer = tuple[int, dict[str, Any]]  # status and JSON
PAGE = 2  # events, so that answers have several pages


@dataclass
class HostedEvent:
    """An event of one calendar. `is_free` and `is_declined` are its owner's answers; a removed one is kept for tokens."""

    id: str
    start: datetime
    end: datetime
    is_day: bool = False
    is_free: bool = False
    is_declined: bool = False
    uid: str = ""
    is_removed: bool = False
    version: int = 0


@dataclass
class HostedCalendars:
    """One account at both services."""

    address: str  # of this stand-in
    calendars: dict[str, str] = field(default_factory=lambda: {"primary": "Ada", "work": "Work"})
    events: dict[str, dict[str, HostedEvent]] = field(default_factory=dict)
    version: int = 0
    oldest: int = 0  # tokens of earlier versions are forgotten
    status: int = 200  # of each answer, for faults
    given_back: list[dict[str, str]] = field(default_factory=list)  # forms with which tokens were revoked

    def put(self, calendar: str, event: HostedEvent) -> None:
        """Adds an event, or changes the one with its id."""
        self.version += 1
        event.version = self.version
        self.events.setdefault(calendar, {})[event.id] = event

    def remove(self, calendar: str, event: str) -> None:
        self.version += 1
        removed = self.events[calendar][event]
        removed.is_removed, removed.version = True, self.version

    def forget_tokens(self) -> None:
        self.version += 1
        self.oldest = self.version

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """Answers a GET of `/google/…` or `/microsoft/…`."""
        if self.status != 200:
            return self.status, {}
        service, _, rest = path.strip("/").partition("/")
        parts = [unquote(part) for part in rest.split("/")]
        return self._google(parts, query) if service == "google" else self._microsoft(parts, query)

    def _changed(self, calendar: str, since: int) -> list[HostedEvent]:
        events = sorted(self.events.get(calendar, {}).values(), key=lambda event: event.version)
        return [event for event in events if event.version > since and (since or not event.is_removed)]

    # Google

    def _google(self, parts: list[str], query: dict[str, str]) -> Answer:
        if parts == ["users", "me", "calendarList"]:
            return 200, {"items": [{"id": key, "summary": name} for key, name in self.calendars.items()]}
        if parts == ["users", "me", "calendarList", "primary"]:
            return 200, {"id": "ada@gmail.example"}
        calendar = parts[1]
        since, first = int(query.get("syncToken", 0)), int(query.get("pageToken", 0))
        if calendar not in self.calendars:
            return 404, {}
        if "syncToken" in query and since < self.oldest:
            return 410, {}
        events = self._changed(calendar, since)
        answer: dict[str, Any] = {"items": [_google_event(event) for event in events[first : first + PAGE]]}
        if first + PAGE < len(events):
            return 200, answer | {"nextPageToken": str(first + PAGE)}
        return 200, answer | {"nextSyncToken": str(self.version)}

    # Microsoft

    def _microsoft(self, parts: list[str], query: dict[str, str]) -> Answer:
        if parts == ["me"]:
            return 200, {"id": "account-1", "userPrincipalName": "ada@outlook.example"}
        if parts == ["me", "calendars"]:
            return 200, {"value": [{"id": key, "name": name} for key, name in self.calendars.items()]}
        calendar = parts[2]
        since, first = int(query.get("$deltatoken", 0)), int(query.get("$skip", 0))
        if calendar not in self.calendars:
            return 404, {}
        if "$deltatoken" in query and since < self.oldest:
            return 410, {}
        events = self._changed(calendar, since)
        answer: dict[str, Any] = {"value": [_microsoft_event(event) for event in events[first : first + PAGE]]}
        link = f"{self.address}/microsoft/{'/'.join(parts)}?"
        if first + PAGE < len(events):
            more = {"$skip": first + PAGE} | ({"$deltatoken": since} if since else {})
            return 200, answer | {"@odata.nextLink": link + urlencode(more)}
        return 200, answer | {"@odata.deltaLink": link + urlencode({"$deltatoken": self.version})}


def _google_event(event: HostedEvent) -> dict[str, Any]:
    if event.is_removed:
        return {"id": event.id, "status": "cancelled"}
    row: dict[str, Any] = {
        "id": event.id,
        "status": "confirmed",
        "iCalUID": event.uid or f"{event.id}@google.example",
        "start": {"date": f"{event.start:%Y-%m-%d}"} if event.is_day else {"dateTime": event.start.isoformat()},
        "end": {"date": f"{event.end:%Y-%m-%d}"} if event.is_day else {"dateTime": event.end.isoformat()},
    }
    if event.is_free:
        row["transparency"] = "transparent"
    if event.is_declined:
        row["attendees"] = [{"self": True, "responseStatus": "declined"}]
    return row


def _microsoft_event(event: HostedEvent) -> dict[str, Any]:
    if event.is_removed:
        return {"id": event.id, "@removed": {"reason": "deleted"}}
    return {
        "id": event.id,
        "iCalUId": event.uid or event.id,
        "isAllDay": event.is_day,
        "showAs": "free" if event.is_free else "busy",
        "responseStatus": {"response": "declined" if event.is_declined else "organizer"},
        "start": {"dateTime": f"{event.start:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"},
        "end": {"dateTime": f"{event.end:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"},
    }
