"""Accounts at Google and Microsoft for the demo: the page that asks for permission, tokens, calendars, and their events.

Below `/google/` and `/microsoft/`: `authorize`, `token` and, at Google, `revoke`; their calendar APIs as in
`sandbox.hosted_calendars`; and a page at which the owner of the account adds events. As the real services do, Google
gives a refresh token only if it is asked for one, which stays the same; Microsoft gives another with each renewal.
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sandbox.hosted_calendars import HostedCalendars, HostedEvent
from sandbox.requests import Reply, Request, as_json, redirect

CLIENT_ID, CLIENT_SECRET = "sandbox", "sandbox-secret"  # known to the demo, and to nobody else
SECONDS = 3600  # that an access token is good for
ZONE = ZoneInfo("Europe/Berlin")
NAMES = {"google": "Google", "microsoft": "Microsoft"}


@dataclass
class HostedAccounts:
    """One account at one of the services."""

    service: str
    address: str  # of all stand-ins
    waymark: str = ""  # where the page leads back to
    codes: dict[str, tuple[str, str, bool]] = field(default_factory=dict)  # code: challenge, address, is offline
    refresh_tokens: set[str] = field(default_factory=set)
    access_tokens: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.hosted = HostedCalendars(self.address)
        for days in (1, 2, 8):
            self.add("work", _at(days, 10), 120)
        self.add("primary", _at(3, 15), 60)

    def add(self, calendar: str, start: datetime, minutes: int) -> None:
        end = start + timedelta(minutes=minutes)
        self.hosted.put(calendar, HostedEvent(secrets.token_hex(8), start, end))

    def answer(self, request: Request) -> Reply:
        if request.path in ("", "authorize"):
            return self._authorize(request.query) if request.path else self._page()
        posts = {"add": self._add, "token": self._token} | (
            {"revoke": self._revoke} if self.service == "google" else {}
        )
        if request.method == "POST" and request.path in posts:
            return posts[request.path](request.form)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.access_tokens:
            return as_json(401, {"error": {"code": 401, "message": "Invalid Credentials"}})
        return as_json(*self.hosted.answer(f"{self.service}/{request.path}", request.query))

    # Permission and tokens

    def _authorize(self, query: dict[str, str]) -> Reply:
        """Shows the page that asks for permission, with a link that allows it and one that does not."""
        back, state = query.get("redirect_uri", ""), query.get("state", "")
        is_valid = query.get("client_id") == CLIENT_ID and query.get("code_challenge_method") == "S256"
        if not is_valid or not back or query.get("response_type") != "code":
            return _html(400, "Error", "<p>The request is not valid.</p>")
        is_offline = query.get("access_type") == "offline" or "offline_access" in query.get("scope", "").split()
        code = secrets.token_hex(16)
        self.codes[code] = query.get("code_challenge", ""), back, is_offline
        yes = html.escape(f"{back}?{urlencode({'code': code, 'state': state})}")
        no = html.escape(f"{back}?{urlencode({'error': 'access_denied', 'state': state})}")
        scopes = "".join(f"<li><code>{html.escape(scope)}</code>" for scope in query.get("scope", "").split())
        text = (
            f'<p>Waymark wants:</p><ul>{scopes}</ul><p><a href="{yes}">Allow</a> &nbsp; <a href="{no}">Cancel</a></p>'
        )
        return _html(200, f"{NAMES[self.service]} (sandbox)", text)

    def _token(self, form: dict[str, str]) -> Reply:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return as_json(401, {"error": "invalid_client", "error_description": "Unauthorized"})
        answer = self._granted(form)
        if answer is None:
            return as_json(400, {"error": "invalid_grant", "error_description": "Bad Request"})
        access = secrets.token_hex(16)
        self.access_tokens.add(access)
        return as_json(200, {"access_token": access, "expires_in": SECONDS, "token_type": "Bearer"} | answer)

    def _granted(self, form: dict[str, str]) -> dict[str, str] | None:
        """Returns what is sent beside the access token; None if neither a code nor a refresh token is good."""
        if form.get("grant_type") == "refresh_token":
            token = form.get("refresh_token", "")
            if token not in self.refresh_tokens:
                return None
            if self.service == "google":
                return {}
            self.refresh_tokens.discard(token)
            return self._new_refresh_token()
        challenge, back, is_offline = self.codes.pop(form.get("code", ""), ("", "", False))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_right = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
        if not challenge or not is_right or back != form.get("redirect_uri"):
            return None
        return self._new_refresh_token() if is_offline else {}

    def _new_refresh_token(self) -> dict[str, str]:
        token = secrets.token_hex(16)
        self.refresh_tokens.add(token)
        return {"refresh_token": token}

    def _revoke(self, form: dict[str, str]) -> Reply:
        """Ends a refresh token together with its access tokens."""
        token = form.get("token", "")
        if token not in self.refresh_tokens | self.access_tokens:
            return as_json(400, {"error": "invalid_token", "error_description": "Token expired or revoked"})
        self.refresh_tokens.clear()
        self.access_tokens.clear()
        return as_json(200, {})

    # The page of the owner

    def _add(self, form: dict[str, str]) -> Reply:
        try:
            start = datetime.fromisoformat(form.get("start", "")).replace(tzinfo=ZONE).astimezone(UTC)
            minutes = int(form.get("minutes", ""))
        except ValueError:
            return _html(400, "Error", "<p>Enter a day with a time, and minutes.</p>")
        calendar = form.get("calendar", "")
        if calendar in self.hosted.calendars and 0 < minutes <= 1440:
            self.add(calendar, start, minutes)
        return redirect(f"/{self.service}/")

    def _page(self) -> Reply:
        rows = "".join(
            f"<li>{event.start.astimezone(ZONE):%a %d %b, %H:%M} to {event.end.astimezone(ZONE):%H:%M}, "
            f"{html.escape(self.hosted.calendars[key])}"
            for key, events in self.hosted.events.items()
            for event in sorted(events.values(), key=lambda event: event.start)
        )
        calendars = "".join(
            f'<option value="{key}">{html.escape(name)}</option>' for key, name in self.hosted.calendars.items()
        )
        return _html(
            200,
            f"Calendars at {NAMES[self.service]} (sandbox)",
            f'<ul>{rows}</ul><form method="post" action="/{self.service}/add">'
            f'<p><label>Calendar <select name="calendar">{calendars}</select></label></p>'
            '<p><label>Start (in Berlin) <input type="datetime-local" name="start" required></label></p>'
            '<p><label>Minutes <input type="number" name="minutes" value="60" min="1" max="1440"></label></p>'
            f'<button>Add</button></form><p><a href="{html.escape(self.waymark)}/dashboard/connections/">Waymark</a></p>',
        )


def _at(days: int, hour: int) -> datetime:
    day = datetime.now(ZONE).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).astimezone(UTC)


def _html(status: int, title: str, text: str) -> Reply:
    head = f'<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    style = (
        "<style>body{font:16px/1.5 system-ui;max-width:40rem;margin:auto;padding:1rem;color-scheme:light dark}</style>"
    )
    return Reply(status, "text/html; charset=utf-8", f"{head}{style}<h1>{title}</h1>{text}</html>".encode())
