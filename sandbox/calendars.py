"""The demo's private calendars: a feed at a secret address, and the page on which their owner changes all of them.

`/calendars/` is the page, `/calendars/family.ics` the feed. The page changes the calendars of `sandbox.caldav` too.
"""

from __future__ import annotations

import html
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.caldav import PASSWORD, USERNAME, CalDavSandbox
from sandbox.faults import FAULTS, failing
from sandbox.requests import Reply, Request, redirect

ZONE = "Europe/Berlin"
FAMILY = "family"
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:1rem;color-scheme:light dark}"
    "input,select,button{font:inherit;padding:.5rem;max-width:100%;min-height:2.75rem;box-sizing:border-box}"
    "code{overflow-wrap:anywhere}label{display:block;margin-block:.5rem .25rem}form{margin-block:.5rem}li form{display:inline}"
)


@dataclass
class CalendarsSandbox:
    """The feed, and the page of all calendars. `server` is the CalDAV server."""

    address: str  # of all stand-ins
    server: CalDavSandbox
    fault: str = "none"  # of the feed
    waymark: str = ""  # where the page leads back to
    added: dict[str, str] = field(default_factory=dict)  # the events that somebody has added to the feed

    def answer(self, request: Request) -> Reply:
        if request.path == "family.ics":
            return failing(self.fault) or Reply(200, "text/calendar; charset=utf-8", self._feed().encode())
        if request.method == "POST":
            self._change(request.path, request.form)
            return redirect("/calendars/")
        if request.path == "":
            return Reply(200, "text/html; charset=utf-8", self._page().encode())
        return Reply(404, "text/plain", b"No such calendar")

    def _feed(self) -> str:
        return family(datetime.now(UTC).date(), list(self.added.values()))

    def _change(self, act: str, form: dict[str, str]) -> None:
        key, name = form.get("calendar", ""), form.get("name", "")
        if act == "add" and (text := _typed_event(form)) is not None:
            self._put(key, f"{secrets.token_hex(6)}.ics", text)
        elif act == "remove" and key == FAMILY:
            self.added.pop(name, None)
        elif act == "remove" and key in self.server.calendars:
            self.server.calendars[key].remove(name)
        elif act == "fault" and form.get("fault") in FAULTS:
            target: CalendarsSandbox | CalDavSandbox = self if form.get("of") == FAMILY else self.server
            target.fault = form["fault"]

    def _put(self, key: str, name: str, text: str) -> None:
        if key == FAMILY:
            self.added[name] = text
        elif key in self.server.calendars:
            self.server.calendars[key].put(name, document(text))

    # The page

    def _page(self) -> str:
        names = {key: calendar.name for key, calendar in self.server.calendars.items()} | {FAMILY: "Family"}
        options = "".join(f'<option value="{key}">{name}</option>' for key, name in names.items())
        texts = {key: calendar.texts() for key, calendar in self.server.calendars.items()} | {FAMILY: self.added}
        lists = "".join(f"<h3>{name}</h3>{_listed(key, texts[key])}" for key, name in names.items())
        day = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=3)
        day += timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
        back = f'<p><a href="{self.waymark}/dashboard/connections/">Back to Waymark</a></p>' if self.waymark else ""
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>Calendars (sandbox)</title><style>{STYLE}</style><p><small>Calendars, as the demo plays them</small></p>"
            f"<h1>Ada’s private calendars</h1>{back}<h2>Add an appointment</h2>"
            f'<form method="post" action="/calendars/add"><label for="calendar">Calendar</label>'
            f'<select id="calendar" name="calendar">{options}</select>'
            f"{_field('title', 'Title', 'Dentist')}{_field('day', 'Day', day.isoformat(), 'date')}"
            f"{_field('start', 'From', '10:00', 'time')}{_field('end', 'To', '12:00', 'time')}"
            f"<p><button>Add it</button></p></form><h2>What is in them</h2>{lists}"
            "<p>Family also has a school run on Tuesdays and Thursdays, swimming on Mondays, and a dentist.</p>"
            f"<h2>The CalDAV server, with Private and Work</h2><p>Address <code>{self.address}/caldav/</code>, name "
            f"<code>{USERNAME}</code>, app password <code>{PASSWORD}</code></p>{_faults('caldav', self.server.fault)}"
            f"<h2>The feed, with Family</h2><p>Address <code>{self.address}/calendars/family.ics</code></p>"
            f"{_faults(FAMILY, self.fault)}</html>"
        )


def family(today: date, added: list[str]) -> str:
    """Returns a calendar with something on most days of every week, whenever it is read."""
    monday = today - timedelta(days=today.weekday())
    year_ago = monday - timedelta(days=364)
    events = [
        event("school-run", year_ago + timedelta(days=1), "09:00", "10:00", "School run", "RRULE:FREQ=WEEKLY;BYDAY=TU,TH"),
        event("swimming", year_ago, "15:00", "17:00", "Swimming lesson", "RRULE:FREQ=WEEKLY"),
        event("dentist", monday + timedelta(days=9), "10:00", "11:00", "Dentist"),
        event(
            "birthday", date(today.year - 8, 3, 4), "", "", "Birthday", "RRULE:FREQ=YEARLY", "TRANSP:TRANSPARENT"
        ),
    ]  # fmt: skip
    return document(*events, *added)


def document(*events: str) -> str:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Waymark//Sandbox//EN", *events, "END:VCALENDAR", ""]
    )


def event(uid: str, day: date, start: str, end: str, title: str, *more: str) -> str:
    """Returns an event of this day, from one time of the clock in Berlin to another; without times, the whole day."""
    times = [f"DTSTART;VALUE=DATE:{day:%Y%m%d}"]
    if start:
        times = [
            f"{name};TZID={ZONE}:{day:%Y%m%d}T{clock.replace(':', '')}00"
            for name, clock in (("DTSTART", start), ("DTEND", end))
        ]
    lines = ["BEGIN:VEVENT", f"UID:{uid}@family.example", *times, f"SUMMARY:{title}", *more]
    return "\r\n".join([*lines, "END:VEVENT"])


def _typed_event(form: dict[str, str]) -> str | None:
    """Returns the event that somebody has typed on the page; None if it has no day, or ends before it begins."""
    start, end = form.get("start", ""), form.get("end", "")
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError:
        return None
    if not all(re.fullmatch(r"[0-2][0-9]:[0-5][0-9]", clock) for clock in (start, end)) or start >= end:
        return None
    title = re.sub(r"[\r\n]", " ", form.get("title", ""))[:80] or "Busy"
    return event(secrets.token_hex(8), day, start, end, re.sub(r"([\\;,])", r"\\\1", title))


def _listed(key: str, texts: dict[str, str]) -> str:
    if not texts:
        return "<p>Nothing was added.</p>"
    rows = "".join(
        f"<li>{html.escape(_shown(text))} <form method='post' action='/calendars/remove'>"
        f"<input type='hidden' name='calendar' value='{key}'><input type='hidden' name='name' value='{html.escape(name)}'>"
        "<button>Remove</button></form></li>"
        for name, text in texts.items()
    )
    return f"<ul>{rows}</ul>"


def _shown(text: str) -> str:
    """Returns title, day and time of an event, as its text has them."""
    inside = text.partition("BEGIN:VEVENT")[2].replace("\r\n ", "")
    title = re.search(r"^SUMMARY[^:\r\n]*:(.*)$", inside, re.MULTILINE)
    start = re.search(r"^DTSTART[^:\r\n]*:(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?", inside, re.MULTILINE)
    if start is None:
        return "An event"
    year, month, day, hour, minute, is_utc = start.groups()
    when = f"{year}-{month}-{day}" + (f", {hour}:{minute}{' UTC' if is_utc else ''}" if hour else "")
    name = re.sub(r"\\(.)", r"\1", title[1]).strip() if title else "An event"  # commas are written with a backslash
    return f"{name}: {when}"


def _field(name: str, label: str, value: str, kind: str = "text") -> str:
    return (
        f'<label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" value="{html.escape(value)}" required>'
    )


def _faults(of: str, fault: str) -> str:
    """Returns how a server is doing, and buttons to make it fail."""
    labels = {
        "none": "Start it again",
        "stopped": "Stop it",
        "429": "Let it ask to wait",
        "500": "Give it a fault",
        "slow": "Make it slow",
    }
    buttons = "".join(
        f'<button name="fault" value="{key}">{label}</button> ' for key, label in labels.items() if key != fault
    )
    return (
        f"<p><strong>{FAULTS[fault]}</strong></p>"
        f'<form method="post" action="/calendars/fault"><input type="hidden" name="of" value="{of}">{buttons}</form>'
    )
