"""Calls to the API of an outside service: with retries, the service's own waiting times, and a circuit breaker."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from core import clock, http, outbox
from core.breakers import OPEN_SECONDS, Breaker

logger = logging.getLogger(__name__)

TRIES = 3
LONGEST_SLEEP = 3.0  # a longer wait is left to the outbox
USUAL_WAIT = timedelta(seconds=60)  # where a service says "too often" but not for how long
BUSY = frozenset({429, 503})


class ServiceDown(outbox.RetryLater):
    """The service does not answer now. The sentence is for people; an outbox message that raises this is retried.

    `is_outcome_unknown` says that the call may have had its effect, so that a caller must look before it repeats it.
    `headers` are those of the answer, if there was one.
    """

    def __init__(
        self,
        sentence: str,
        wait: timedelta | None = None,
        *,
        is_outcome_unknown: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence, wait)
        self.is_outcome_unknown = is_outcome_unknown
        self.headers = headers or {}


def call(
    method: str,
    address: str,
    *,
    breaker: Breaker,
    label: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = 10,
    most_bytes: int = 2_000_000,
) -> http.HttpAnswer:
    """Returns the answer, whatever its status, except for those that say "later": they raise ServiceDown.

    `label` is the name of the service in sentences. Short waits that the service asks for are waited here, within
    `seconds` in all.
    """
    if not breaker.lets_pass():
        sentence = f"{label} did not answer several times, so Waymark waits a minute before it tries again."
        raise ServiceDown(sentence, timedelta(seconds=OPEN_SECONDS))
    deadline = time.monotonic() + seconds
    for attempt in range(1, TRIES + 1):
        try:
            answer = http.request(
                method, address, headers=headers, body=body, most_bytes=most_bytes,
                seconds=max(0.1, deadline - time.monotonic()),
            )  # fmt: skip
        except http.Unanswered as unanswered:
            breaker.failed()
            is_unknown = method != "GET" and unanswered.was_sent
            raise ServiceDown(f"{label}: {unanswered.sentence}", is_outcome_unknown=is_unknown) from None
        if answer.status in BUSY:
            wait = waiting_time(answer.headers, clock.now())
            is_short = wait is not None and wait <= LONGEST_SLEEP and time.monotonic() + wait < deadline
            may_be_done = answer.status == 503 and method != "GET"  # a proxy says so too when it got no answer in time
            if is_short and attempt < TRIES and not may_be_done:
                time.sleep(wait or 0)
                continue
            breaker.succeeded()  # it answers, and is only busy
            raise _too_often(label, answer, wait, is_outcome_unknown=may_be_done)
        if answer.status >= 500:
            breaker.failed()
            sentence = f"{label} has a problem at the moment (status {answer.status})."
            raise ServiceDown(sentence, is_outcome_unknown=method != "GET")
        breaker.succeeded()
        return answer
    raise AssertionError("the last try returns or raises")


def waiting_time(headers: Mapping[str, str], now: datetime) -> float | None:
    """Returns how many seconds the service asks us to wait: in `Retry-After` as seconds, as a date of HTTP or of ISO
    8601, or in `X-RateLimit-Reset` as seconds. None if it says nothing that can be read."""
    for name in ("Retry-After", "X-RateLimit-Reset"):
        value = headers.get(name, "").strip()
        if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", value):
            return float(value)
        if name == "Retry-After" and value and (at := _instant(value)) is not None:
            return max(0.0, (at - now).total_seconds())
    return None


def _too_often(label: str, answer: http.HttpAnswer, seconds: float | None, *, is_outcome_unknown: bool) -> ServiceDown:
    wait = USUAL_WAIT if seconds is None else min(outbox.LONGEST_WAIT, timedelta(seconds=seconds))
    reason = "asks Waymark to come less often" if answer.status == 429 else "is not available at the moment"
    sentence = f"{label} {reason}. It is tried again later."
    return ServiceDown(sentence, wait, is_outcome_unknown=is_outcome_unknown, headers=answer.headers)


def _instant(value: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
        except ValueError:
            return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
