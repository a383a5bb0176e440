"""Requests to a CalDAV server on behalf of one account."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from connections.busy import Unreadable, wait_asked
from connections.caldav import xml
from connections.models import Connection
from core import http

MOST_BYTES = 5_000_000
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_CALDAV = "That server does not support CalDAV. Check the address."
NOT_ACCEPTED = "The server does not accept this name and password. Use an app password, not the one you sign in with."
ELSEWHERE = "That address redirects to another server. If you trust that server, enter its address instead."


class Answered(Exception):
    """The server answered with another status than expected. Its text is a sentence for the owner; `wait` is how long
    the server asks us to wait."""

    def __init__(self, answer: http.HttpAnswer) -> None:
        super().__init__(sentence_for(answer.status))
        self.status, self.wait = answer.status, wait_asked(answer)


@dataclass
class CalDavAccount:
    """The address, name and password of an account, and how long its requests may take together."""

    address: str
    username: str
    password: str
    seconds: float = 10
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.seconds

    @classmethod
    def of(cls, connection: Connection, seconds: float = 10) -> CalDavAccount:
        return cls(connection.address, connection.username, connection.password, seconds)

    def propfind(self, address: str, *names: str, depth: int = 0) -> xml.Multistatus:
        """Returns these properties of a resource and, at depth 1, of what is in it."""
        body = xml.request(f"{xml.DAV}propfind", xml.prop(*names))
        return self._multistatus("PROPFIND", address, body, depth)

    def report(self, address: str, body: bytes, depth: int = 1) -> xml.Multistatus:
        return self._multistatus("REPORT", address, body, depth)

    def send(
        self, method: str, address: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> http.HttpAnswer:
        """Sends a request and follows redirects of one that only reads. Raises Unanswered."""
        for _ in range(MOST_REDIRECTS + 1):
            self.check_host(address)
            answer = http.request(
                method,
                address,
                headers={"Authorization": self._authorization} | dict(headers or {}),
                body=body,
                seconds=max(0.1, self.deadline - time.monotonic()),
                most_bytes=MOST_BYTES,
                is_typed=True,
            )
            target = answer.headers.get("Location")
            if answer.status not in REDIRECTS or not target or method not in ("PROPFIND", "REPORT"):
                return answer
            address = urljoin(address, target)
        raise http.Unanswered(http.Failure.REDIRECTS)

    def check_host(self, address: str) -> None:
        """Raises Unreadable if the password would be sent to a server that has nothing to do with the account's: it goes
        to the account's host and those beside it, such as p42-caldav.icloud.com beside caldav.icloud.com."""
        own, other = urlsplit(self.address), urlsplit(address)
        if own.netloc == other.netloc:
            return
        host, other_host = own.hostname or "", other.hostname or ""
        parent = host.partition(".")[2]
        domain = parent if "." in parent and not host.replace(".", "").isdigit() else host
        if other.scheme != "https" or not f".{other_host}".endswith(f".{domain}"):
            raise Unreadable(ELSEWHERE)

    @property
    def _authorization(self) -> str:
        pair = f"{self.username}:{self.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    def _multistatus(self, method: str, address: str, body: bytes, depth: int) -> xml.Multistatus:
        headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
        answer = self.send(method, address, headers, body)
        if answer.status != 207:
            raise Answered(answer)
        try:
            return xml.parse(answer.body)
        except xml.NotXml:
            raise Unreadable(NO_CALDAV) from None


def sentence_for(status: int) -> str:
    if status in (401, 403):
        return NOT_ACCEPTED
    if status in (404, 410):
        return "There is no calendar at that address any more. Look for the account's calendars again."
    if status == 429:
        return "The calendar's server asks us to wait. We will try again later."
    if status >= 500:
        return "The calendar's server has a problem. We will try again later."
    return NO_CALDAV
