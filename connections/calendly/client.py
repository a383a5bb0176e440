"""Asks Calendly's API. Every fault becomes one of a few exceptions, each with a sentence for the builder.

Only the last part of a URI that Calendly sent is used, below our own base address: an answer cannot send us elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings

from connections.calendly import wire
from connections.calendly.wire import Garbled, identity_of
from core import http

PAGE = 100
MOST_PAGES = 200
MOST_BYTES = 5_000_000
USUAL_WAIT = timedelta(seconds=60)
LONGEST_WAIT = timedelta(minutes=15)
WINDOW = timedelta(days=7)  # of busy times: more is refused
EVENTS = ("invitee.created", "invitee.canceled", "invitee_no_show.created", "invitee_no_show.deleted")

Row = TypeVar("Row")


class CalendlyFault(Exception):
    """Calendly did not do what was asked."""

    sentence = "Calendly answered with something that Waymark does not understand. We try again later."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)
        self.sentence = sentence or self.sentence


class TokenRefused(CalendlyFault):
    sentence = "Calendly does not accept the token any more. Make a new one in Calendly and connect again."


class NotAllowed(CalendlyFault):
    sentence = "Calendly does not allow this. Your plan may not include it."


class NotThere(CalendlyFault):
    sentence = "Calendly does not have this any more."


class AlreadyThere(CalendlyFault):
    sentence = "Calendly has this already."


class NotAccepted(CalendlyFault):
    sentence = "Calendly did not accept what Waymark asked for."


class TryLater(CalendlyFault):
    """A fault that passes: time-outs, 5xx, garbage, too many requests. `wait` is what Calendly asks for, if anything.

    What was asked may have been done nevertheless.
    """

    def __init__(self, sentence: str = "", wait: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait


class TooManyRequests(TryLater):
    sentence = "Calendly asks us to come less often. We try again later."


class Calendly:
    """Calendly as one token sees it."""

    def __init__(self, token: str, *, seconds: float = 10) -> None:
        self._token, self.seconds = token, seconds

    def __repr__(self) -> str:
        return "Calendly(…)"  # never the token, which error reports would contain

    def me(self) -> wire.Account:
        return self._one("users/me", wire.account)

    def member(self, organization: str, email: str) -> wire.Account | None:
        """Returns the member of the organization with this address."""
        query = {"organization": organization, "email": email, "count": 1}
        members = self._list("organization_memberships", query, lambda row: wire.account(row["user"]))
        return next(members, None)

    def event_types(self, user: str) -> list[wire.EventType]:
        """Returns all event types of a person, active or not, from all pages."""
        return list(self._list("event_types", {"user": user, "count": PAGE}, wire.event_type))

    def event_type(self, uri: str) -> wire.EventType:
        return self._one(f"event_types/{identity_of(uri)}", wire.event_type)

    def seats_left(self, uri: str, start: datetime) -> int:
        """Returns the most seats that are left at a time in the week from `start`: a group's size is told nowhere else."""
        query = {"event_type": uri, "start_time": _stamp(start), "end_time": _stamp(start + WINDOW)}
        rows = self._rows(self._ask("GET", "event_type_available_times", query))
        return max((int(row.get("invitees_remaining") or 0) for row in rows), default=0)

    def events(self, user: str, organization: str, start: datetime, end: datetime) -> Iterator[wire.Event]:
        """Yields the events of a person that begin in this time, cancelled ones too."""
        query = {
            "user": user, "organization": organization, "min_start_time": _stamp(start),
            "max_start_time": _stamp(end), "count": PAGE, "sort": "start_time:asc",
        }  # fmt: skip
        return self._list("scheduled_events", {name: value for name, value in query.items() if value}, wire.event)

    def event(self, uri: str) -> wire.Event:
        return self._one(f"scheduled_events/{identity_of(uri)}", wire.event)

    def invitees(self, event: str) -> list[wire.Invitee]:
        return list(self._list(f"scheduled_events/{identity_of(event)}/invitees", {"count": PAGE}, wire.invitee))

    def invitee(self, uri: str) -> wire.Invitee:
        """Returns an invitee, whose URI names its event too."""
        parts = uri.rstrip("/").split("/")
        if len(parts) < 4 or parts[-2] != "invitees":
            raise Garbled("an invitee is named without its event")
        return self._one(f"scheduled_events/{identity_of(parts[-3])}/invitees/{identity_of(uri)}", wire.invitee)

    def busy_times(self, user: str, start: datetime, end: datetime) -> list[wire.Busy]:
        """Returns when a person is busy, in windows of at most seven days."""
        busy: list[wire.Busy] = []
        while start < end:
            until = min(start + WINDOW, end)
            query = {"user": user, "start_time": _stamp(start), "end_time": _stamp(until)}
            busy += [wire.busy(row) for row in self._rows(self._ask("GET", "user_busy_times", query))]
            start = until
        return busy

    def cancel(self, event: str, reason: str) -> None:
        """Cancels an event with all its invitees."""
        self._ask("POST", f"scheduled_events/{identity_of(event)}/cancellation", body={"reason": reason[:10_000]})

    def subscriptions(self, user: str, organization: str) -> list[wire.Subscription]:
        query = {"organization": organization, "user": user, "scope": "user", "count": PAGE}
        return list(self._list("webhook_subscriptions", query, wire.subscription))

    def subscribe(self, user: str, organization: str, address: str, key: str) -> wire.Subscription:
        body = {
            "url": address, "events": list(EVENTS), "organization": organization, "user": user, "scope": "user",
            "signing_key": key,
        }  # fmt: skip
        return self._one("webhook_subscriptions", wire.subscription, method="POST", body=body)

    def unsubscribe(self, uri: str) -> None:
        self._ask("DELETE", f"webhook_subscriptions/{identity_of(uri)}")

    def _one(self, path: str, parse: Callable[[wire.Resource], Row], *, method: str = "GET", body: Any = None) -> Row:
        return _parsed(lambda: parse(self._ask(method, path, body=body)["resource"]))

    def _list(self, path: str, query: Mapping[str, Any], parse: Callable[[wire.Resource], Row]) -> Iterator[Row]:
        """Yields the rows of all pages of a list. A list that never ends is garbage."""
        tokens: set[str] = set()
        asked = dict(query)
        while True:
            answer = self._ask("GET", path, asked)
            for row in self._rows(answer):
                yield _parsed(lambda row=row: parse(row))  # type: ignore[misc]  # mypy does not infer the type of the default
            token = _parsed(lambda answer=answer: (answer.get("pagination") or {}).get("next_page_token"))  # type: ignore[misc]  # as above
            if not token:
                return
            if token in tokens or len(tokens) >= MOST_PAGES:
                raise TryLater
            tokens.add(token)
            asked["page_token"] = token

    def _rows(self, answer: Mapping[str, Any]) -> list[wire.Resource]:
        rows = answer.get("collection")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise TryLater
        return rows

    def _ask(self, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None) -> dict[str, Any]:
        """Returns the JSON object that Calendly answers. Raises CalendlyFault."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        address = f"{settings.CALENDLY_API_BASE_URL}/{path}"
        try:
            answer = http.request(
                method,
                f"{address}?{urlencode(query)}" if query else address,
                headers=headers,
                body=None if body is None else json.dumps(body).encode(),
                seconds=self.seconds,
                most_bytes=MOST_BYTES,
            )
        except http.Unanswered as unanswered:
            raise TryLater(f"Calendly could not be reached. {unanswered.sentence}") from None
        if not answer.is_ok:
            raise _fault(answer)
        if answer.status == 204:
            return {}
        try:
            parsed = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise TryLater from None
        if not isinstance(parsed, dict):
            raise TryLater
        return parsed


def _parsed(parse: Callable[[], Row]) -> Row:
    """Returns what was parsed; an answer of another shape is a fault that may pass."""
    try:
        return parse()
    except (Garbled, KeyError, TypeError, AttributeError):
        raise TryLater from None


def _fault(answer: http.HttpAnswer) -> CalendlyFault:
    if answer.status == 429:
        return TooManyRequests(wait=_wait(answer.headers))
    if answer.status >= 500:
        return TryLater("Calendly has a fault. We try again later.")
    kinds: dict[int, type[CalendlyFault]] = {401: TokenRefused, 403: NotAllowed, 404: NotThere, 409: AlreadyThere}
    if answer.status == 424:
        return NotAllowed("Calendly cannot read the calendar that you connected there.")
    return kinds.get(answer.status, NotAccepted)()


def _wait(headers: Mapping[str, str]) -> timedelta:
    """Returns how long Calendly asks us to wait, within reason. Its Reset is in seconds, too."""
    for name in ("Retry-After", "X-RateLimit-Reset"):
        if (text := headers.get(name, "")).isdecimal() and len(text) < 9:
            return max(timedelta(seconds=1), min(LONGEST_WAIT, timedelta(seconds=int(text))))
    return USUAL_WAIT


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
