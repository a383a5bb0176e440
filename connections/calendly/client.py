"""Asks Calendly's API, in the name of an account or with a token that is tried out.

What passes by itself (time-outs, 5xx, garbage, too many requests) is a ServiceDown, a refused token an AccountBroken.
Every other fault is a CalendlyFault, with a sentence for the builder. Only the last part of a URI that Calendly sent is
used, below our own base address: an answer cannot send us elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings

from connections.calendly import wire
from connections.calendly.wire import Garbled, identity_of
from connections.oauth import services as oauth
from connections.oauth.models import LinkedAccount
from connections.oauth.services import AccountBroken
from core import http
from core.breakers import Breaker
from core.service_calls import ServiceDown
from core.service_calls import call as call_service

PAGE = 100
MOST_PAGES = 200
WINDOW = timedelta(days=7)  # of busy times: more is refused
EVENTS = ("invitee.created", "invitee.canceled", "invitee_no_show.created", "invitee_no_show.deleted")
GARBLED = "Calendly gave an answer that Waymark does not understand. We will try again later."

Row = TypeVar("Row")
Send = Callable[[str, str, Mapping[str, str], bytes | None], http.HttpAnswer]


class CalendlyFault(Exception):
    """Calendly answered, and does not do what was asked. Asking again does not help."""

    sentence = "Calendly did not accept the request."

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or self.sentence
        super().__init__(self.sentence)


class NotAllowed(CalendlyFault):
    sentence = "Calendly does not allow this. Your plan there may not include it."


class NotThere(CalendlyFault):
    sentence = "Calendly no longer has this."


class AlreadyThere(CalendlyFault):
    sentence = "Calendly already has this."


class NotUnderstood(ServiceDown):
    """An answer that is not what Calendly sends. It may pass, but may also concern one resource only."""

    def __init__(self) -> None:
        super().__init__(GARBLED)


FAULTS: dict[int, type[CalendlyFault]] = {403: NotAllowed, 404: NotThere, 409: AlreadyThere}


def calendly_of(account: LinkedAccount, *, seconds: float = 10) -> Calendly:
    """Returns Calendly as an account sees it. A token that is refused marks the account as broken."""

    def send(method: str, address: str, headers: Mapping[str, str], body: bytes | None) -> http.HttpAnswer:
        return oauth.call(account, method, address, headers=headers, body=body, seconds=seconds)

    return Calendly(send)


def calendly_with(token: str, *, seconds: float = 10) -> Calendly:
    """Returns Calendly as a token sees it that belongs to no account yet."""
    breaker = Breaker("calendly", hashlib.sha256(token.encode()).hexdigest())

    def send(method: str, address: str, headers: Mapping[str, str], body: bytes | None) -> http.HttpAnswer:
        answer = call_service(
            method, address, headers={"Authorization": f"Bearer {token}"} | dict(headers), body=body,
            seconds=seconds, label="Calendly", breaker=breaker,
        )  # fmt: skip
        if answer.status == 401:
            raise AccountBroken
        return answer

    return Calendly(send)


class Calendly:
    """Calendly as one account sees it."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def me(self) -> wire.CalendlyUser:
        return self._one("users/me", wire.account)

    def user(self, uri: str) -> wire.CalendlyUser:
        return self._one(f"users/{_named(uri)}", wire.account)

    def member(self, organization: str, email: str) -> wire.CalendlyUser | None:
        """Returns the member of the organization with this address."""
        query = {"organization": organization, "email": email, "count": 1}
        members = self._list("organization_memberships", query, lambda row: wire.account(row["user"]))
        return next(members, None)

    def event_types(self, user: str) -> list[wire.EventType]:
        """Returns all event types of a person, active or not, from all pages."""
        return list(self._list("event_types", {"user": user, "count": PAGE}, wire.event_type))

    def event_type(self, uri: str) -> wire.EventType:
        return self._one(f"event_types/{_named(uri)}", wire.event_type)

    def seats_left(self, uri: str, start: datetime) -> int:
        """Returns the most seats that are left at a time in the week from `start`: a group's size is told nowhere else."""
        query = {"event_type": uri, "start_time": _stamp(start), "end_time": _stamp(start + WINDOW)}
        rows = self._rows(self._ask("GET", "event_type_available_times", query))
        return _parsed(lambda: max((int(row.get("invitees_remaining") or 0) for row in rows), default=0))

    def events(self, user: str, organization: str, start: datetime, end: datetime) -> Iterator[wire.Event]:
        """Yields the events of a person that begin in this time, cancelled ones too."""
        query = {
            "user": user, "organization": organization, "min_start_time": _stamp(start),
            "max_start_time": _stamp(end), "count": PAGE, "sort": "start_time:asc",
        }  # fmt: skip
        return self._list("scheduled_events", {name: value for name, value in query.items() if value}, wire.event)

    def events_of_invitee(self, user: str, organization: str, email: str, start: datetime) -> list[wire.Event]:
        """Returns the events of a person with this invitee that begin at this time."""
        query = {
            "user": user, "organization": organization, "invitee_email": email, "min_start_time": _stamp(start),
            "max_start_time": _stamp(start), "status": "active", "count": PAGE,
        }  # fmt: skip
        return list(self._list("scheduled_events", {name: value for name, value in query.items() if value}, wire.event))

    def book(self, body: Mapping[str, Any]) -> wire.Invitee:
        """Books. If this raises ServiceDown, it may have been done: look for it before you try again."""
        return self._one("invitees", wire.invitee, method="POST", body=body)

    def event(self, uri: str) -> wire.Event:
        return self._one(f"scheduled_events/{_named(uri)}", wire.event)

    def invitees(self, event: str) -> list[wire.Invitee]:
        return list(self._list(f"scheduled_events/{_named(event)}/invitees", {"count": PAGE}, wire.invitee))

    def invitee(self, uri: str) -> wire.Invitee:
        """Returns an invitee, whose URI names its event too."""
        parts = uri.rstrip("/").split("/")
        if len(parts) < 4 or parts[-2] != "invitees":
            raise NotThere
        return self._one(f"scheduled_events/{_named(parts[-3])}/invitees/{_named(uri)}", wire.invitee)

    def busy_times(self, user: str, start: datetime, end: datetime) -> list[wire.BusyPeriod]:
        """Returns when a person is busy, in windows of at most seven days."""
        busy: list[wire.BusyPeriod] = []
        while start < end:
            until = min(start + WINDOW, end)
            query = {"user": user, "start_time": _stamp(start), "end_time": _stamp(until)}
            rows = self._rows(self._ask("GET", "user_busy_times", query))
            busy += _parsed(lambda rows=rows: [wire.busy(row) for row in rows])  # type: ignore[misc]  # mypy does not infer the type of the default
            start = until
        return busy

    def cancel(self, event: str, reason: str) -> None:
        """Cancels an event with all its invitees."""
        self._ask("POST", f"scheduled_events/{_named(event)}/cancellation", body={"reason": reason[:10_000]})

    def subscriptions(self, user: str, organization: str) -> list[wire.WebhookSubscription]:
        query = {"organization": organization, "user": user, "scope": "user", "count": PAGE}
        return list(self._list("webhook_subscriptions", query, wire.subscription))

    def subscribe(self, user: str, organization: str, address: str, key: str) -> wire.WebhookSubscription:
        body = {
            "url": address, "events": list(EVENTS), "organization": organization, "user": user, "scope": "user",
            "signing_key": key,
        }  # fmt: skip
        return self._one("webhook_subscriptions", wire.subscription, method="POST", body=body)

    def unsubscribe(self, uri: str) -> None:
        self._ask("DELETE", f"webhook_subscriptions/{_named(uri)}")

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
                raise NotUnderstood
            tokens.add(token)
            asked["page_token"] = token

    def _rows(self, answer: Mapping[str, Any]) -> list[wire.Resource]:
        rows = answer.get("collection")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise NotUnderstood
        return rows

    def _ask(self, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None) -> dict[str, Any]:
        """Returns the JSON object that Calendly answers."""
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        address = f"{settings.CALENDLY_API_BASE_URL}/{path}"
        data = None if body is None else json.dumps(body).encode()
        answer = self._send(method, f"{address}?{urlencode(query)}" if query else address, headers, data)
        if answer.status == 424:
            raise NotAllowed("Calendly cannot read the calendar that you connected there.")
        if not answer.is_ok:
            raise FAULTS.get(answer.status, CalendlyFault)
        if answer.status == 204:
            return {}
        return _parsed(lambda: dict(json.loads(answer.body)))


def _named(uri: str) -> str:
    """Returns what names the resource in paths. A URI without a name is one of nothing."""
    try:
        return identity_of(uri)
    except Garbled:
        raise NotThere from None


def _parsed(parse: Callable[[], Row]) -> Row:
    """Returns what was parsed. An answer of another shape is a fault that passes, such as a page of a proxy."""
    try:
        return parse()
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise NotUnderstood from None


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
