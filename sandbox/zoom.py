"""Zoom: signing in and agreeing, tokens that rotate, meetings, and the page of a meeting with its webhooks.

Below `/zoom/`: `oauth/authorize` and `oauth/token`, the API at `v2/`, `j/NUMBER` to join a meeting and `s/NUMBER` to start
it as its host. Faults of the API: those of every stand-in, `drop` (done, but not answered), `gone` (no meeting is known),
`daily` (the host has made too many today) and `revoked` (no token is renewed).
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sandbox.requests import NO_ANSWER, Reply, Request, as_json, redirect

SECRET = "sandbox-zoom-secret"  # noqa: S105  (known to the demo, and to nobody else)
HOST = "sandbox-host"
FIRST_ID = 81_000_000_000
Send = Callable[[bytes, dict[str, str]], None]


@dataclass
class MeetingRoom:
    """A meeting as Zoom has it."""

    id: int
    content: dict[str, Any]
    run: str = ""  # Zoom's id of the present run; empty while it is not held
    people: dict[str, str] = field(default_factory=dict)  # who is there: number and name


class ZoomSandbox:
    """One Zoom, with one account. `send` delivers a webhook."""

    def __init__(self, address: str, send: Send) -> None:
        self.address, self.send = address, send
        self.rooms: dict[int, MeetingRoom] = {}
        self.calls: list[tuple[str, str]] = []
        self.refresh_tokens: set[str] = set()
        self.given_back: list[str] = []  # tokens
        self.fault = "none"
        self.count = 0

    def answer(self, request: Request) -> Reply:
        first, _, rest = request.path.partition("/")
        if first == "v2":
            reply = self._fault(request) or self._api(request, rest)
            return NO_ANSWER if self.fault == "drop" else reply
        if first == "oauth":
            return self._oauth(request, rest)
        if first in ("j", "s") and (room := self._room(rest.partition("/")[0])):
            return self._page(request, room, is_host=first == "s", act=rest.partition("/")[2])
        return error(404, 404, "There is nothing here.")

    # Tokens

    def _oauth(self, request: Request, path: str) -> Reply:
        if path == "authorize" and request.method == "GET":
            return page("Zoom (sandbox)", self._agree(request))
        if path not in ("token", "revoke") or request.method != "POST":
            return error(404, 404, "There is nothing here.")
        form = request.form
        if not request.headers.get("Authorization", "").startswith("Basic "):
            return as_json(401, {"reason": "Invalid client", "error": "invalid_client"})
        if path == "revoke":
            return self._take_back(form.get("token", ""))
        is_server = form.get("grant_type") == "account_credentials"
        if self.fault == "revoked" or not (is_server or self._is_granted(form)):
            return as_json(400, {"reason": "Invalid Token!", "error": "invalid_grant"})
        self.count += 1
        tokens = {"access_token": f"sandbox-access-{self.count}", "token_type": "bearer", "expires_in": 3600}
        if not is_server:
            tokens["refresh_token"] = f"sandbox-refresh-{secrets.token_hex(8)}"
        return as_json(200, tokens | {"scope": "meeting:write:meeting"})

    def _take_back(self, token: str) -> Reply:
        if self.fault == "500":
            return error(500, 500, "Internal error")
        self.given_back.append(token)
        return as_json(200, {"status": "success"})

    def _is_granted(self, form: dict[str, str]) -> bool:
        """Whether the code or the refresh token is good. One that was used is not; after a restart all others are."""
        token = form.get("refresh_token") or form.get("code") or ""
        is_new = token.startswith("sandbox-") and token not in self.refresh_tokens
        self.refresh_tokens.add(token)
        return is_new

    def _agree(self, request: Request) -> str:
        back = request.query.get("redirect_uri", "")
        code = f"sandbox-code-{secrets.token_hex(8)}"
        yes = f"{back}?{urlencode({'code': code, 'state': request.query.get('state', '')})}"
        no = f"{back}?{urlencode({'error': 'access_denied', 'state': request.query.get('state', '')})}"
        return (
            "<p>Waymark wants to make, change and delete meetings in your account.</p>"
            f'<p><a class="button" href="{html.escape(yes)}">Allow</a> <a href="{html.escape(no)}">Decline</a></p>'
        )

    # The API

    def _fault(self, request: Request) -> Reply | None:
        midnight = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), datetime.min.time(), UTC)
        daily = {"X-RateLimit-Type": "Daily-limit", "Retry-After": midnight.strftime("%Y-%m-%dT%H:%M:%SZ")}
        replies = {
            "429": error(429, 429, "You have reached the maximum per-second rate limit.", {"Retry-After": "1"}),
            "500": error(500, 500, "Internal error"),
            "garbage": Reply(200 if request.method == "GET" else 201, "application/json", b'{"id": 81'),
            "gone": error(404, 3001, "Meeting does not exist."),
        }
        if self.fault == "daily" and request.method in ("POST", "PATCH"):
            return error(
                429, 429, "You have exceeded the daily rate limit of Meeting Create/Update API requests", daily
            )
        return replies.get(self.fault)

    def _api(self, request: Request, path: str) -> Reply:
        self.calls.append((request.method, path))
        if not request.headers.get("Authorization", "").startswith("Bearer sandbox-"):
            return error(401, 124, "Invalid access token.")
        parts = path.split("/")
        if parts == ["users", "me"]:
            return as_json(200, {"id": HOST, "email": "ada@zoom.sandbox", "type": 2})
        if len(parts) == 3 and parts[0] == "users" and parts[2] == "meetings":
            return self._create(request) if request.method == "POST" else self._list()
        room = self._room(parts[1]) if len(parts) == 2 and parts[0] == "meetings" else None
        return self._meeting(request, room) if room else error(404, 3001, f"Meeting does not exist: {parts[-1]}.")

    def _meeting(self, request: Request, room: MeetingRoom) -> Reply:
        if request.method == "GET":
            return as_json(200, self._shown(room) | {"start_url": self._start_url(room)})
        if request.method == "PATCH":
            room.content |= request.json
            return Reply(204, "application/json", b"")
        if request.method == "DELETE":
            self.delete(room.id, by_host=False)
            return Reply(204, "application/json", b"")
        return error(405, 405, "Method not allowed")

    def _create(self, request: Request) -> Reply:
        content = request.json
        if not isinstance(content.get("topic"), str) or not isinstance(content.get("start_time"), str):
            return error(400, 300, "Validation Failed.")
        room = MeetingRoom(FIRST_ID + secrets.randbelow(10**9), content)
        self.rooms[room.id] = room
        return as_json(201, self._shown(room) | {"start_url": self._start_url(room)})

    def _list(self) -> Reply:
        rooms = [self._shown(room) for room in self.rooms.values()]
        return as_json(200, {"page_size": 300, "next_page_token": "", "total_records": len(rooms), "meetings": rooms})

    def _shown(self, room: MeetingRoom) -> dict[str, Any]:
        content = {name: value for name, value in room.content.items() if name != "password"}
        link = f"{self.address}/zoom/j/{room.id}?pwd={hashlib.sha256(str(room.id).encode()).hexdigest()[:12]}"
        ours = {"id": room.id, "uuid": room.run or f"{room.id}==", "host_id": HOST, "join_url": link}
        return content | ours | {"status": "started" if room.run else "waiting"}

    def _start_url(self, room: MeetingRoom) -> str:
        return f"{self.address}/zoom/s/{room.id}?zak={secrets.token_hex(12)}"

    def _room(self, number: str) -> MeetingRoom | None:
        return self.rooms.get(int(number)) if number.isdigit() else None

    # What happens in a meeting

    def start(self, number: int) -> None:
        room = self.rooms[number]
        if not room.run:
            room.run = f"{secrets.token_hex(8)}=="
            self._tell("meeting.started", room)

    def join(self, number: int, name: str, *, is_host: bool = False) -> str:
        room = self.rooms[number]
        person = str(16_778_240 + len(room.people) * 1024 + secrets.randbelow(1024))
        room.people[person] = name
        self._tell("meeting.participant_joined", room, self._participant(person, name, is_host=is_host))
        return person

    def leave(self, number: int, person: str) -> None:
        room = self.rooms[number]
        name = room.people.pop(person, "")
        self._tell("meeting.participant_left", room, self._participant(person, name, is_host=False))

    def end(self, number: int) -> None:
        room = self.rooms[number]
        for person in list(room.people):
            self.leave(number, person)
        if room.run:
            self._tell("meeting.ended", room)
            room.run = ""

    def delete(self, number: int, *, by_host: bool = True) -> None:
        """Deletes a meeting, as its host does in Zoom, or as an app does. Zoom sends a webhook either way."""
        room = self.rooms.pop(number)
        self._tell("meeting.deleted", room)

    def _participant(self, person: str, name: str, *, is_host: bool) -> dict[str, str]:
        return {"user_id": person, "user_name": name, "id": HOST if is_host else ""}

    def _tell(self, event: str, room: MeetingRoom, participant: dict[str, str] | None = None) -> None:
        shown = {name: self._shown(room).get(name) for name in ("id", "uuid", "host_id", "topic", "type", "duration")}
        content = shown | {"id": str(room.id)} | ({"participant": participant} if participant else {})
        body = {"event": event, "event_ts": int(time.time() * 1000), "payload": {"account_id": "a", "object": content}}
        self.send_signed(json.dumps(body).encode())

    def send_signed(self, body: bytes) -> None:
        """Sends a webhook with Zoom's signature of this moment."""
        timestamp = str(int(time.time()))
        digest = hmac.new(SECRET.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {"x-zm-request-timestamp": timestamp, "x-zm-signature": f"v0={digest}"}
        self.send(body, headers | {"Content-Type": "application/json"})

    # Its page

    def _page(self, request: Request, room: MeetingRoom, *, is_host: bool, act: str) -> Reply:
        here = f"/zoom/{'s' if is_host else 'j'}/{room.id}"
        if request.method == "POST":
            self._act(room, act, request.form, is_host=is_host)
            return redirect(here)
        people = "".join(
            f'<li>{html.escape(name)} <form method="post" action="{here}/leave">'
            f'<input type="hidden" name="person" value="{person}"><button>Leave</button></form></li>'
            for person, name in room.people.items()
        )
        state = "Under way" if room.run else "Not started"
        join = f'<form method="post" action="{here}/join"><input name="name" aria-label="Name" value="Cleo"><button>Join</button></form>'
        host = f'<form method="post" action="{here}/start"><button>Start the meeting</button></form>'
        end = f'<form method="post" action="{here}/end"><button>End for all</button></form>'
        forms = (end if room.run else host) if is_host else (join if room.run else "<p>Waiting for the host.</p>")
        return page(str(room.content.get("topic", "")), f"<p>{state}</p><ul>{people}</ul>{forms}")

    def _act(self, room: MeetingRoom, act: str, form: dict[str, str], *, is_host: bool) -> None:
        if act == "start" and is_host:
            self.start(room.id)
            self.join(room.id, "Ada Moreno", is_host=True)
        elif act == "end" and is_host:
            self.end(room.id)
        elif act == "join" and room.run:
            self.join(room.id, form.get("name", "Somebody")[:60])
        elif act == "leave" and form.get("person") in room.people:
            self.leave(room.id, form["person"])


def error(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> Reply:
    return as_json(status, {"code": code, "message": message}, headers)


def page(title: str, content: str) -> Reply:
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>body{{font:18px/1.5 sans-serif;max-width:40em;margin:2em auto;"
        f"padding:0 1em}}form{{display:inline}}</style><p>Zoom, as the demo plays it</p><h1>{html.escape(title)}</h1>{content}"
    )
    return Reply(200, "text/html; charset=utf-8", text.encode())
