"""Bookings, beside transactions that only insert the same three rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
from django.db import connection, transaction

from accounts.models import User
from accounts.tokens import services as tokens
from bookings.agreement import services
from bookings.agreement.requests import BookingRequest, check
from coaching.models import SessionType
from coaching.queries import session_type_to_book
from core.ids import uuid7
from core.models import OutboxMessage
from scheduling import loading
from scheduling.claims import Visitor
from scheduling.models import Reservation, Schedule
from scheduling.queries import free_times
from tests.bench.timing import compare

COUNT = 10
# A fifth above what was measured: docs/decisions/0030-what-a-booking-costs.md says why it is so much.
SERVICE_BOUND, HTTP_BOUND = 25, 42


def through_the_orm() -> None:
    """The three inserts by Django's models and nothing else, beside the raw ones: less than that no service can cost."""
    hour = _hour()
    days = count(5_000)
    now = datetime.now(UTC)

    def ours() -> None:
        for _ in range(COUNT):
            _three_inserts_by_models(hour, now + timedelta(days=next(days)))

    compare(f"{COUNT} times three inserts by models, beside {COUNT} raw transactions", ours, _raw(hour), times=10)


def through_the_service() -> None:
    """Requests with event, emails and notification, beside raw transactions of three statements."""
    hour, person = _hour(), User.objects.get(email="client@demo.test")
    starts = _starts(hour, 90)
    answers = {question.pk: "https://example.com" for question in hour.questions.all()}
    visitor = Visitor(f"person:{person.pk}", person)

    def ours() -> None:
        for _ in range(COUNT):
            booking_request = BookingRequest(
                session_type=hour, start=next(starts), minutes=60, timezone="UTC", answers=answers
            )
            services.request(priced=check(booking_request, visitor))

    compare(
        f"{COUNT} bookings through the service, beside {COUNT} raw transactions of three inserts",
        ours,
        _raw(hour),
        times=10,
        bound=SERVICE_BOUND,
    )


def over_http(site: str) -> None:
    """Requests by the API of a running server, one after another, beside the same raw transactions."""
    hour, person = _hour(), User.objects.get(email="client@demo.test")
    starts = _starts(hour, 300)
    answers = {str(question.pk): "https://example.com" for question in hour.questions.all()}
    headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='bench')}"}

    with httpx.Client(base_url=site, headers=headers) as client:

        def ours() -> None:
            for _ in range(COUNT):
                body = {
                    "sessionTypeId": str(hour.pk), "scheduledTime": next(starts).isoformat(), "durationMinutes": 60,
                    "customQuestionResponse": answers,
                }  # fmt: skip
                assert client.post("/api/bookings/create", json=body).status_code == 201

        compare(
            f"{COUNT} bookings over HTTP, beside {COUNT} raw transactions of three inserts",
            ours,
            _raw(hour),
            times=10,
            bound=HTTP_BOUND,
        )


def losing_over_http(site: str) -> None:
    """Requests for a time that is taken, which are answered with the nearest free times, beside the raw transactions."""
    hour, person = _hour(), User.objects.get(email="client@demo.test")
    start = next(_starts(hour, 520))
    body = {
        "sessionTypeId": str(hour.pk), "scheduledTime": start.isoformat(), "durationMinutes": 60,
        "customQuestionResponse": {str(question.pk): "https://example.com" for question in hour.questions.all()},
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='bench')}"}

    with httpx.Client(base_url=site, headers=headers) as client:
        assert client.post("/api/bookings/create", json=body).status_code == 201

        def ours() -> None:
            for _ in range(COUNT):
                assert client.post("/api/bookings/create", json=body).status_code == 409

        compare(
            f"{COUNT} requests for a taken time over HTTP, beside {COUNT} raw transactions", ours, _raw(hour), times=10
        )


def choosing_a_time(site: str) -> None:
    """The wizard's second step, beside /healthz, which does nothing."""
    hour = _hour()
    free = SessionType.objects.get(builder=hour.builder, category="FREE", is_active=True)
    address = f"/book/{hour.builder.builder_profile.slug}/{free.pk}/"
    with httpx.Client(base_url=site) as client:

        def get(path: str) -> Callable[[], object]:
            return lambda: [client.get(path).raise_for_status() for _ in range(20)]

        compare("the wizard's month and times, 20 times, beside /healthz", get(address), get("/healthz"))


def _hour() -> SessionType:
    hour = session_type_to_book(builder__email="builder@demo.test", title__startswith="App review")
    assert hour is not None
    Schedule.objects.filter(builder=hour.builder).update(max_per_day=None, horizon_days=730)
    return hour


def _starts(hour: SessionType, days: int) -> Iterator[datetime]:
    """Yields free times from `days` days ahead that do not overlap."""
    now = datetime.now(UTC)
    at = int(now.timestamp())
    slots = free_times(hour, 60, (at + days * 86_400, at + (days + 200) * 86_400), now)
    return iter([loading.moment(slot.start) for slot in slots[::3]])


def _raw(hour: SessionType) -> Callable[[], object]:
    days = count(2_000)
    now = datetime.now(UTC)

    def raw() -> None:
        for _ in range(COUNT):
            _three_inserts(hour, now + timedelta(days=next(days)))

    return raw


def _three_inserts_by_models(hour: SessionType, start: datetime) -> None:
    with transaction.atomic():
        during = (start, start + timedelta(hours=1))
        Reservation.objects.create(builder_id=hour.builder_id, during=during, kind=Reservation.Kind.EXTERNAL)
        for number in range(2):
            OutboxMessage.objects.create(
                event=f"bench:{uuid7()}:{number}", channel="bench", recipient="nobody", payload={}, due_at=start
            )


def _three_inserts(hour: Any, start: datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO scheduling_reservation (id, created_at, changed_at, builder_id, during, kind, session_type_id,
                capacity, buffer_before, buffer_after, note)
            VALUES (%s, now(), now(), %s, tstzrange(%s, %s), 'EXTERNAL', NULL, 1, 0, 0, '')
            """,
            [uuid7(), hour.builder_id, start, start + timedelta(hours=1)],
        )
        for number in range(2):
            cursor.execute(
                """
                INSERT INTO core_outboxmessage (id, event, channel, recipient, payload, state, attempts, due_at,
                    last_error, created_at)
                VALUES (%s, %s, 'bench', 'nobody', '{}', 'waiting', 0, now(), '', now())
                """,
                [uuid7(), f"bench:{uuid7()}:{number}"],
            )
