"""A CalDAV server with one account: two calendars, their events, and what has changed since a token (RFC 4791, 6578).

Everything is below `/caldav/`: `ada/` is the folder of the calendars, `ada/private/` a calendar, `ada/private/1.ics` an
event. It answers a query for a window of time with all events, since the one who asks looks at their times too.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from defusedxml.ElementTree import ParseError, fromstring

from sandbox.faults import failing
from sandbox.requests import Reply, Request

USERNAME, PASSWORD = "ada", "sandbox"
NAMESPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"'
DAV = "{DAV:}"
FOLDER = f"/caldav/{USERNAME}/"
CAN_WRITE = "<d:privilege><d:read/></d:privilege><d:privilege><d:write/></d:privilege>"


@dataclass
class SandboxCalendar:
    """A calendar. An event that was removed stays as an empty text, for those who ask what has changed."""

    name: str
    events: dict[str, tuple[str, int]] = field(default_factory=dict)  # text and version, by file name
    version: int = 0

    def put(self, name: str, text: str) -> None:
        self.version += 1
        self.events[name] = (text, self.version)

    def remove(self, name: str) -> None:
        if self.text(name):
            self.put(name, "")

    def text(self, name: str) -> str:
        return self.events.get(name, ("", 0))[0]

    def etag(self, name: str) -> str:
        return f'"{self.events[name][1]}"'

    def texts(self) -> dict[str, str]:
        """Returns the events that are there."""
        return {name: text for name, (text, _) in self.events.items() if text}


class CalDavSandbox:
    """The server. Its tokens are forgotten when it is started anew."""

    def __init__(self) -> None:
        self.calendars = {"private": SandboxCalendar("Private"), "work": SandboxCalendar("Work")}
        self.fault = "none"
        self.run = secrets.token_hex(4)

    def answer(self, request: Request) -> Reply:
        if (reply := failing(self.fault)) is not None:
            return reply
        headers = {name.lower(): value for name, value in request.headers.items()}
        pair = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        if headers.get("authorization") != f"Basic {pair}":
            return Reply(401, "text/plain", b"Who are you?", {"WWW-Authenticate": 'Basic realm="Calendars"'})
        return self._answer_owner(request, headers)

    def _answer_owner(self, request: Request, headers: dict[str, str]) -> Reply:
        folder, key, name, *rest = [*(unquote(part) for part in request.path.split("/") if part), "", "", ""]
        calendar = self.calendars.get(key)
        if folder not in ("", USERNAME) or (key and calendar is None) or any(rest):
            return Reply(404, "text/plain", b"There is nothing here")
        if request.method == "PROPFIND":
            return self._propfind(folder, key, name, depth=headers.get("depth", "0"))
        if calendar is None:
            return Reply(405, "text/plain", b"Not here")
        if request.method == "REPORT":
            return self._report(request, key, calendar)
        return self._event(request, calendar, name, headers)

    # What is there

    def _propfind(self, folder: str, key: str, name: str, depth: str) -> Reply:
        calendar = self.calendars.get(key)
        if calendar is not None and name:
            if not calendar.text(name):
                return Reply(404, "text/plain", b"No such event")
            return multistatus(_event_row(calendar, key, name))
        if calendar is not None:
            return multistatus(self._calendar_row(key, calendar))
        home = f"<d:href>{FOLDER}</d:href>"
        about = (
            "<d:resourcetype><d:collection/></d:resourcetype>"
            f"<d:current-user-principal>{home}</d:current-user-principal>"
            f"<c:calendar-home-set>{home}</c:calendar-home-set>"
        )
        rows = [row(FOLDER if folder else "/caldav/", about)]
        if folder and depth != "0":
            rows += [self._calendar_row(key, calendar) for key, calendar in self.calendars.items()]
        return multistatus(*rows)

    def _calendar_row(self, key: str, calendar: SandboxCalendar) -> str:
        return row(
            f"{FOLDER}{key}/",
            "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
            f"<d:displayname>{escape(calendar.name)}</d:displayname>"
            f"<d:current-user-privilege-set>{CAN_WRITE}</d:current-user-privilege-set>"
            '<c:supported-calendar-component-set><c:comp name="VEVENT"/></c:supported-calendar-component-set>'
            f"<d:sync-token>{self._token(calendar)}</d:sync-token><s:getctag>{self._token(calendar)}</s:getctag>",
        )

    def _token(self, calendar: SandboxCalendar) -> str:
        return f"urn:sandbox:{self.run}:{calendar.version}"

    # What is asked

    def _report(self, request: Request, key: str, calendar: SandboxCalendar) -> Reply:
        try:
            query = fromstring(request.body)
        except ParseError:
            return Reply(400, "text/plain", b"That is no XML")
        if query.tag == f"{DAV}sync-collection":
            return self._changes(query, key, calendar)
        names = list(calendar.texts())
        if query.tag.endswith("calendar-multiget"):
            paths = [unquote(urlsplit(link.text or "").path) for link in query.iter(f"{DAV}href")]
            names = [path.rpartition("/")[2] for path in paths]
        has_data = next((True for part in query.iter() if str(part.tag).endswith("calendar-data")), False)
        return multistatus(*[_event_row(calendar, key, name, with_text=has_data) for name in names])

    def _changes(self, query: Element, key: str, calendar: SandboxCalendar) -> Reply:
        token = query.findtext(f"{DAV}sync-token") or ""
        beginning = f"urn:sandbox:{self.run}:"
        since = token.removeprefix(beginning)
        if token and not (token.startswith(beginning) and since.isdigit()):
            error = f"<d:error {NAMESPACES}><d:valid-sync-token/></d:error>"
            return Reply(403, "application/xml; charset=utf-8", error.encode())
        changed = [name for name, (_, version) in calendar.events.items() if version > int(since or 0)]
        rows = [_event_row(calendar, key, name) for name in changed]
        return multistatus(*rows, token=self._token(calendar))

    def _event(self, request: Request, calendar: SandboxCalendar, name: str, headers: dict[str, str]) -> Reply:
        is_there = bool(name and calendar.text(name))
        if request.method == "GET" and is_there:
            return Reply(200, "text/calendar; charset=utf-8", calendar.text(name).encode())
        if request.method not in ("PUT", "DELETE") or not name:
            return Reply(404 if request.method == "GET" else 405, "text/plain", b"Not here")
        wanted = headers.get("if-match")
        if (wanted and not (is_there and wanted in ("*", calendar.etag(name)))) or (
            headers.get("if-none-match") == "*" and is_there
        ):
            return Reply(412, "text/plain", b"It has changed")
        if request.method == "DELETE":
            calendar.remove(name)
            return Reply(204 if is_there else 404, "text/plain", b"")
        calendar.put(name, request.body.decode(errors="replace"))
        return Reply(204 if is_there else 201, "text/plain", b"", {"ETag": calendar.etag(name)})


def _event_row(calendar: SandboxCalendar, key: str, name: str, *, with_text: bool = False) -> str:
    text = calendar.text(name)
    if not text:
        return row(f"{FOLDER}{key}/{name}", "")
    data = f"<c:calendar-data>{escape(text)}</c:calendar-data>" if with_text else ""
    return row(f"{FOLDER}{key}/{name}", f"<d:getetag>{escape(calendar.etag(name))}</d:getetag>{data}")


def row(address: str, properties: str) -> str:
    """Returns what a server says of one resource; without properties, that it is not there."""
    if not properties:
        state = "<d:status>HTTP/1.1 404 Not Found</d:status>"
    else:
        state = f"<d:propstat><d:prop>{properties}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
    return f"<d:response><d:href>{escape(address)}</d:href>{state}</d:response>"


def multistatus(*rows: str, token: str = "") -> Reply:
    ending = f"<d:sync-token>{token}</d:sync-token>" if token else ""
    text = f'<?xml version="1.0" encoding="utf-8"?><d:multistatus {NAMESPACES}>{"".join(rows)}{ending}</d:multistatus>'
    return Reply(207, "application/xml; charset=utf-8", text.encode())
