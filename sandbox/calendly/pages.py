"""Booking pages of the stand-in: book, move and cancel, as an invitee does on Calendly."""

from __future__ import annotations

import json
from datetime import timedelta
from html import escape
from urllib.parse import parse_qs

from sandbox.calendly.state import TRACKING, Refusal, Resource, State, missing, moment

Page = tuple[int, str]
DAYS = 14
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:40rem;padding:1rem;color:#1a1a1a;background:#fff}"
    "label{display:block;margin:.75rem 0 .25rem}input,select,button{font:inherit;padding:.5rem;max-width:100%}"
    "button{background:#0060e6;border:0;border-radius:.25rem;color:#fff;margin-top:1rem}"
)


def answer(state: State, method: str, path: str, query: str, body: bytes) -> Page:
    """Returns the status and the HTML of a page."""
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    posted = {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}
    parts = [part for part in path.split("/") if part]
    if len(parts) == 2 and parts[0] in ("cancellations", "reschedulings"):
        return _change(state, parts[0], parts[1], posted if method == "POST" else None)
    if len(parts) in (2, 3):
        event_type = next(
            (row for row in state.event_types.values() if row["scheduling_url"].endswith("/" + "/".join(parts[:2]))),
            None,
        )
        if event_type is not None:
            time = parts[2] if len(parts) == 3 else ""
            return _book(state, event_type, asked, posted if method == "POST" else None, time)
    if len(parts) == 1:
        return _profile(state, parts[0], query)
    raise missing()


def _profile(state: State, slug: str, query: str) -> Page:
    user = next((row for row in state.users.values() if row["slug"] == slug), None)
    if user is None:
        raise missing()
    rows = [
        row for row in state.event_types.values()
        if row["profile"]["owner"] == user["uri"] and row["active"] and not row["secret"] and not row["deleted_at"]
    ]  # fmt: skip
    suffix = f"?{query}" if query else ""
    links = "".join(
        f'<li><a href="{escape(row["scheduling_url"] + suffix)}">{escape(row["name"])}</a>, {row["duration"]} min</li>'
        for row in rows
    )
    return 200, _page(user["name"], f"<ul>{links}</ul>")


def _book(state: State, event_type: Resource, asked: dict[str, str], posted: dict[str, str] | None, time: str) -> Page:
    error = ""
    if posted is not None:
        try:
            invitee = _booked(state, event_type, posted)
        except Refusal as refusal:
            error = f"<p role=alert><strong>{escape(refusal.message)}</strong></p>"
        else:
            return 200, _page("You are scheduled", _confirmation(state, invitee))
    values = posted or asked
    options = _options(state, event_type, time)
    questions = "".join(
        _field(f"a{number}", question["name"], values.get(f"a{number}", ""), required=question["required"])
        for number, question in enumerate(_asked(event_type), 1)
    )
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(values[name])}">' for name in TRACKING if name in values
    )
    form = (
        f'<p>{escape(event_type["description_plain"] or "")}</p>{error}<form method="post">'
        f'<label for="start">When</label><select id="start" name="start">{options}</select>'
        f"{_field('name', 'Name', values.get('name', ''), required=True)}"
        f"{_field('email', 'Email', values.get('email', ''), required=True)}{questions}{hidden}"
        "<div><button>Schedule event</button></div></form>"
    )
    return (422 if error else 200), _page(str(event_type["name"]), form)


def _booked(state: State, event_type: Resource, posted: dict[str, str]) -> Resource:
    answers = [
        {"question": question["name"], "answer": posted.get(f"a{number}", ""), "position": question["position"]}
        for number, question in enumerate(_asked(event_type), 1)
    ]
    invitee = {"name": posted.get("name", ""), "email": posted.get("email", ""), "timezone": "Europe/Berlin"}
    if not invitee["name"] or "@" not in invitee["email"]:
        raise Refusal(422, "Invalid", "Enter your name and your email address.")
    tracking = {name: posted.get(name) for name in TRACKING}
    return state.book(
        event_type, moment(posted.get("start", "")), invitee, tracking=tracking,
        questions_and_answers=[row for row in answers if row["answer"]],
    )  # fmt: skip


def _asked(event_type: Resource) -> list[Resource]:
    return [question for question in event_type["custom_questions"] if question["enabled"]]


def _confirmation(state: State, invitee: Resource) -> str:
    """Shows what was booked, and tells the page around the frame, as Calendly's embed does."""
    message = {
        "event": "calendly.event_scheduled",
        "payload": {"event": {"uri": invitee["event"]}, "invitee": {"uri": invitee["uri"]}},
    }
    start = moment(state.events[invitee["event"]]["start_time"])
    return (
        f"<p>{start:%A %-d %B, %H:%M} UTC, {escape(invitee['name'])}</p>"
        f'<p><a href="{escape(invitee["reschedule_url"])}">Reschedule</a> '
        f'<a href="{escape(invitee["cancel_url"])}">Cancel</a></p>'
        f"<script>window.parent.postMessage({json.dumps(message)}, '*')</script>"
    )


def _change(state: State, kind: str, identity: str, posted: dict[str, str] | None) -> Page:
    invitee = next((row for uri, row in state.invitees.items() if uri.endswith(f"/{identity}")), None)
    if invitee is None:
        raise missing()
    if invitee["status"] != "active":
        return 200, _page("This event is canceled", "<p>Nothing can be changed any more.</p>")
    event = state.events[invitee["event"]]
    event_type = state.event_types[event["event_type"]]
    if posted is not None and kind == "cancellations":
        state.cancel(invitee, reason=posted.get("reason", ""))
        return 200, _page("Canceled", "<p>The event is canceled.</p>")
    if posted is not None:
        try:
            new = state.reschedule(invitee, moment(posted.get("start", "")))
        except Refusal as refusal:
            return 422, _page("Reschedule", f"<p role=alert>{escape(refusal.message)}</p>")
        return 200, _page("Your event is rescheduled", _confirmation(state, new))
    if kind == "cancellations":
        form = f'<form method="post">{_field("reason", "Reason", "")}<div><button>Cancel event</button></div></form>'
        return 200, _page(f"Cancel {event['name']}", form)
    options = _options(state, event_type)
    form = (
        f'<form method="post"><label for="start">New time</label><select id="start" name="start">{options}</select>'
        "<div><button>Reschedule event</button></div></form>"
    )
    return 200, _page(f"Reschedule {event['name']}", form)


def _options(state: State, event_type: Resource, chosen: str = "") -> str:
    begin = state.now() + timedelta(minutes=30)
    rows = state.free_times(event_type, begin, begin + timedelta(days=DAYS))
    return "".join(
        f'<option value="{row["start_time"]}"{" selected" if row["scheduling_url"].endswith(chosen) and chosen else ""}>'
        f"{moment(row['start_time']):%A %-d %B, %H:%M} UTC</option>"
        for row in rows
    )


def _field(name: str, label: str, value: str, *, required: bool = False) -> str:
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" value="{escape(value)}"{" required" if required else ""}>'
    )


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><p><small>Calendly (sandbox)</small></p>"
        f"<h1>{escape(title)}</h1>{body}</html>"
    )
