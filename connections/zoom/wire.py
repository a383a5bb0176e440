"""Zoom's API for meetings: what is sent, and what the answers mean."""

from __future__ import annotations

import json
import re
import secrets
import string
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from connections.oauth import services
from connections.oauth.models import LinkedAccount
from connections.zoom.configuration import addresses
from connections.zoom.models import ZoomSettings
from core import clock, http
from core.breakers import Breaker
from core.limits import Limit
from core.service_calls import ServiceDown, call

LABEL = "Zoom"
LONGEST_TOPIC = 200
LONGEST_LINK = 500
CALLS_A_DAY = 100  # Zoom lets a host make or change so many meetings between two midnights in UTC
DAY = Limit("meetings of a Zoom host", CALLS_A_DAY, timedelta(hours=25))
TOO_MANY = (
    "Zoom allows 100 new or changed meetings per host and day, and today’s limit is reached. Waymark continues "
    "after midnight UTC."
)
SCHEDULED = 2
PASSCODE_LETTERS = string.ascii_letters + string.digits
MOST_PAGES = 5


class MeetingGone(Exception):
    """There is no such meeting at Zoom any more."""


class MeetingRefused(Exception):
    """Zoom does not accept the meeting, with a sentence for the builder. A retry does not help."""


@dataclass(frozen=True)
class MeetingPlan:
    """A meeting as it should be. `mark` is text in its description that no other meeting has."""

    topic: str
    start: datetime
    minutes: int
    timezone: str
    mark: str


@dataclass(frozen=True)
class RemoteMeeting:
    """A meeting as Zoom has it."""

    id: str
    join_url: str


def create(account: LinkedAccount, host: str, plan: MeetingPlan) -> RemoteMeeting:
    """Makes a meeting and returns it. Raises MeetingRefused, AccountBroken or ServiceDown."""
    _count_call(account, host)
    answer = _call(account, "POST", f"/users/{_segment(host)}/meetings", _body(account, plan, is_new=True))
    if answer.status != 201:
        raise _refusal(answer)
    return _meeting(_object(answer.body))


def find(account: LinkedAccount, host: str, mark: str) -> RemoteMeeting | None:
    """Returns the meeting ahead that has this mark, if an earlier call has made it without our hearing of it."""
    token = ""
    for _ in range(MOST_PAGES):
        query = urlencode({"type": "upcoming", "page_size": 300} | ({"next_page_token": token} if token else {}))
        answer = _call(account, "GET", f"/users/{_segment(host)}/meetings?{query}")
        if answer.status != 200:
            raise _refusal(answer)
        page = _object(answer.body)
        for entry in page.get("meetings") or []:
            if isinstance(entry, dict) and mark in str(entry.get("agenda", "")):
                return _meeting(entry)
        token = str(page.get("next_page_token") or "")
        if not token:
            break
    return None


def update(account: LinkedAccount, host: str, meeting_id: str, plan: MeetingPlan) -> None:
    """Changes time, length and title of a meeting. Raises MeetingGone besides what `create` raises."""
    _count_call(account, host)
    answer = _call(account, "PATCH", f"/meetings/{_segment(meeting_id)}", _body(account, plan, is_new=False))
    if answer.status == 404:
        raise MeetingGone
    if not answer.is_ok:
        raise _refusal(answer)


def delete(account: LinkedAccount, meeting_id: str) -> None:
    """Deletes a meeting. One that is gone already is fine. Zoom mails nobody, since Waymark does."""
    query = "schedule_for_reminder=false&cancel_meeting_reminder=false"
    answer = _call(account, "DELETE", f"/meetings/{_segment(meeting_id)}?{query}")
    if not answer.is_ok and answer.status != 404:
        raise _refusal(answer)


def start_link(account: LinkedAccount, meeting_id: str) -> str:
    """Returns the link by which the host starts the meeting. It holds a key to their account, so it is never stored.

    Raises MeetingGone besides what `create` raises."""
    answer = _call(account, "GET", f"/meetings/{_segment(meeting_id)}", seconds=5)
    if answer.status == 404:
        raise MeetingGone
    if answer.status != 200:
        raise _refusal(answer)
    return _link(_object(answer.body).get("start_url"), longest=5_000)


def who(token: str) -> tuple[str, str]:
    """Returns (id, name) of the account that a token belongs to. Raises ServiceDown."""
    answer = call(
        "GET", f"{addresses().api}/users/me", headers={"Authorization": f"Bearer {token}"},
        breaker=Breaker("zoom", "whose account"), label=LABEL,
    )  # fmt: skip
    person = _object(answer.body) if answer.status == 200 else {}
    identity, email = person.get("id"), person.get("email")
    if not isinstance(identity, str) or not identity:
        raise ServiceDown("Zoom did not say which account this is. Connect it again.")
    return identity, email if isinstance(email, str) else ""


def _count_call(account: LinkedAccount, host: str) -> None:
    """Counts a call of those that Zoom limits by day. Raises ServiceDown until the next midnight once they are used."""
    now = clock.now()
    usage = DAY.count(f"{account.pk} {host} {now:%Y-%m-%d}")
    if usage is not None and usage.is_exceeded:
        services.note_failure(account, TOO_MANY)
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        raise ServiceDown(TOO_MANY, midnight - now + timedelta(seconds=30))


def _call(
    account: LinkedAccount, method: str, path: str, content: dict[str, Any] | None = None, *, seconds: float = 10
) -> http.HttpAnswer:
    body = json.dumps(content).encode() if content is not None else None
    headers = {"Content-Type": "application/json"} if content is not None else {}
    try:
        return services.call(account, method, f"{addresses().api}{path}", headers=headers, body=body, seconds=seconds)
    except ServiceDown as down:
        if "daily" in down.headers.get("X-RateLimit-Type", "").lower():
            services.note_failure(account, TOO_MANY)
            raise ServiceDown(TOO_MANY, down.wait) from None
        raise


def _body(account: LinkedAccount, plan: MeetingPlan, *, is_new: bool) -> dict[str, Any]:
    content: dict[str, Any] = {
        "topic": plan.topic[:LONGEST_TOPIC],
        "type": SCHEDULED,
        "start_time": plan.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "duration": plan.minutes,
        "timezone": plan.timezone,
    }
    if not is_new:
        return content  # what the host has set in Zoom since then stays
    wishes = ZoomSettings.objects.filter(pk=account.pk).first() or ZoomSettings()
    content["agenda"] = plan.mark
    if wishes.needs_passcode:
        content["password"] = "".join(secrets.choice(PASSCODE_LETTERS) for _ in range(8))
    content["settings"] = {
        "host_video": wishes.host_video,
        "participant_video": wishes.participant_video,
        "waiting_room": wishes.waiting_room,
        "join_before_host": wishes.join_before_host and not wishes.waiting_room,
        "mute_upon_entry": wishes.mute_upon_entry,
        "auto_recording": str(wishes.recording),
        "approval_type": 2,  # nobody registers
        "email_notification": False,
    }
    return content


def _meeting(entry: dict[str, Any]) -> RemoteMeeting:
    identity = entry.get("id")
    text = str(identity) if isinstance(identity, int | str) and not isinstance(identity, bool) else ""
    if not re.fullmatch(r"[0-9]{1,20}", text):
        raise ServiceDown("Zoom gave an answer that could not be read.", is_outcome_unknown=True)
    return RemoteMeeting(text, _link(entry.get("join_url"), longest=LONGEST_LINK))


def _link(value: object, *, longest: int) -> str:
    """Returns a link of Zoom's that pages may show or lead to; raises ServiceDown for anything else."""
    text = value if isinstance(value, str) else ""
    scheme = urlsplit(addresses().pages).scheme
    is_plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= longest
    if not is_plain or not text.startswith(f"{scheme}://"):
        raise ServiceDown("Zoom gave an answer that could not be read.", is_outcome_unknown=True)
    return text


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise ServiceDown("Zoom gave an answer that could not be read.", is_outcome_unknown=True) from None
    if not isinstance(parsed, dict):
        raise ServiceDown("Zoom gave an answer that could not be read.", is_outcome_unknown=True)
    return parsed


def _refusal(answer: http.HttpAnswer) -> MeetingRefused:
    """Returns why Zoom refuses. It goes by the status, since sources disagree about Zoom's own numbers."""
    if answer.status in (400, 403):
        return MeetingRefused("Zoom did not accept the meeting. Check your Zoom plan, then connect Zoom again.")
    if answer.status == 404:
        return MeetingRefused("Zoom no longer knows this host. Connect Zoom again.")
    return MeetingRefused(f"Zoom refused with status {answer.status}.")


def _segment(text: str) -> str:
    return quote(text, safe="")
