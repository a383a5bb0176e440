"""Clients who book at a steady pace by the API, and what became of each of their requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from accounts.models import User
from accounts.tokens import services as tokens
from coaching.models import SessionType
from coaching.queries import session_type_to_book
from scheduling import loading
from scheduling.models import Schedule
from scheduling.queries import free_times

DAY = 86_400
MOST_WAITING = 4  # who wait for their answer: on a machine that is too busy for the rate, people come later
# Waymark's own answer that it was too busy and has booked nothing, such as after waiting three seconds for a lock.
OVERLOADED, MOST_BUSY = "overloaded", 120
BUSY = (429, 502, 503, 504)  # what a client tries again later, with the same key


@dataclass
class Attempts:
    """One booking as its client saw it: what was sent, the answers, and the reference that came in the end."""

    key: str
    start: datetime
    answers: list[str] = field(default_factory=list)
    reference: str = ""
    seconds: list[float] = field(default_factory=list)  # that each answer took


@dataclass
class Booker:
    """Sends a booking every `1 / rate` seconds, whether or not the former is answered, as separate people would.

    A request without a key is sent once, and again only after an answer that nothing was booked. With `patience`, one with
    a key is sent again for so many seconds, as docs/api.md asks of clients.
    """

    site: str
    rate: float = 2
    patience: float = 0
    attempts: list[Attempts] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session_type = _hour()
        self.starts = _starts(self.session_type)
        person = User.objects.get(email="client@demo.test")
        self.headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='bookers')}"}
        self.answers = {str(question.pk): "https://example.com" for question in self.session_type.questions.all()}
        self._client = httpx.Client(base_url=self.site, headers=self.headers, timeout=120)
        self._is_ending = threading.Event()
        self._turns = threading.Semaphore(MOST_WAITING)
        self._clock = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Booker:
        self._clock.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._is_ending.set()
        self._clock.join()
        for thread in self._threads:
            thread.join()
        self._client.close()

    @property
    def failed(self) -> list[Attempts]:
        """Returns the bookings whose client never got a reference."""
        return [attempt for attempt in self.attempts if not attempt.reference]

    def wait_for(self, count: int) -> None:
        """Waits until so many bookings have been sent."""
        while len(self.attempts) < count:
            self._is_ending.wait(0.05)

    def _run(self) -> None:
        following = time.monotonic()
        while not self._is_ending.wait(max(0.0, following - time.monotonic())):
            following += 1 / self.rate
            self._turns.acquire()
            attempt = Attempts(str(uuid4()), next(self.starts))
            self.attempts.append(attempt)
            thread = threading.Thread(target=self._book, args=(attempt,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _book(self, attempt: Attempts) -> None:
        body = {
            "sessionTypeId": str(self.session_type.pk), "scheduledTime": attempt.start.isoformat(),
            "durationMinutes": 60, "customQuestionResponse": self.answers,
        }  # fmt: skip
        headers = {"Idempotency-Key": attempt.key} if self.patience else {}
        until = time.monotonic() + (self.patience or MOST_BUSY)
        try:
            while not self._is_answered(attempt, body, headers) and time.monotonic() < until:
                time.sleep(1)
        finally:
            self._turns.release()

    def _is_answered(self, attempt: Attempts, body: dict[str, Any], headers: dict[str, str]) -> bool:
        """Sends the request once, and returns whether its client has nothing more to do."""
        began = time.monotonic()
        try:
            answer = self._client.post("/api/bookings/create", json=body, headers=headers)
        except httpx.TransportError as error:
            attempt.answers.append(type(error).__name__)
            return not self.patience
        finally:
            attempt.seconds.append(time.monotonic() - began)
        if answer.status_code == 503 and answer.headers.get("Content-Type", "").startswith("application/json"):
            attempt.answers.append(OVERLOADED)
            return False
        attempt.answers.append(str(answer.status_code))
        if answer.status_code == 201:
            attempt.reference = answer.json()["booking"]["reference"]
            return True
        attempt.answers.append(answer.text[:200])
        is_in_progress = answer.status_code == 409 and "progress" in answer.text
        return not self.patience or (answer.status_code not in BUSY and not is_in_progress)


def _hour() -> SessionType:
    hour = session_type_to_book(builder__email="builder@demo.test", title__startswith="App review")
    assert hour is not None
    Schedule.objects.filter(builder=hour.builder).update(max_per_day=None, horizon_days=730)
    return hour


def _starts(hour: SessionType) -> Iterator[datetime]:
    """Yields free times that do not overlap. As many as two years have."""
    now = datetime.now(UTC)
    first = int(now.timestamp()) + 30 * DAY
    slots = free_times(hour, 60, (first, first + 690 * DAY), now)
    return iter([loading.moment(slot.start) for slot in slots[::6]])
