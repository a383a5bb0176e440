"""Writes one event into a calendar of an account, or removes it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from connections.caldav.client import Answered, CalDavAccount
from connections.caldav.xml import DAV
from core import http

ETAG = f"{DAV}getetag"
MOST_TRIES = 5
CONFLICT = b"no-uid-conflict"
GONE = (404, 410)


class KeepsChanging(Exception):
    """The event was changed again and again while it was written."""


def bring_up_to_date(account: CalDavAccount, calendar: str, name: str, wanted: Callable[[], str | None]) -> None:
    """Makes the event with this file name what `wanted` returns, a text or None for no event. Raises Answered and
    Unanswered.

    Several workers may do so at once, and each may be killed at any point: an event is replaced only if it is still the
    one whose etag was read before `wanted` was asked, and `wanted` is asked once more afterwards.
    """
    address = urljoin(calendar if calendar.endswith("/") else f"{calendar}/", name)
    for _ in range(MOST_TRIES):
        etag = _etag(account, address)
        text = wanted()
        if _write(account, address, etag, text) and wanted() == text:
            return
    raise KeepsChanging


def _etag(account: CalDavAccount, address: str) -> str | None:
    """Returns the etag of an event, or None if there is no event at that address."""
    try:
        answer = account.propfind(address, ETAG)
    except Answered as answered:
        if answered.status in GONE:
            return None
        raise
    for resource in answer.resources[:1]:
        if resource.status not in GONE:
            return resource.text(ETAG) or "*"
    return None


def _write(account: CalDavAccount, address: str, etag: str | None, text: str | None) -> bool:
    """Returns whether the event is as wanted now; False if somebody else has changed it since its etag was read."""
    if text is None:
        if etag is None:
            return True
        answer = account.send("DELETE", address, {"If-Match": etag})
        is_done = answer.status in GONE
    else:
        headers = {"If-None-Match": "*"} if etag is None else {"If-Match": etag}
        headers["Content-Type"] = "text/calendar; charset=utf-8"
        answer = account.send("PUT", address, headers, text.encode())
        is_done = etag is None and _is_there_already(answer)
    if answer.status == 412 and not is_done:
        return False
    if not answer.is_ok and not is_done:
        raise Answered(answer)
    return True


def _is_there_already(answer: http.HttpAnswer) -> bool:
    """Whether the calendar has this event at another address, such as from the invitation that was sent by email. It
    moves with its own emails."""
    return answer.status in (403, 409, 412) and CONFLICT in answer.body
