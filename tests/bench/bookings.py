"""Bookings per second, beside committed inserts of the same three rows with nothing around them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from bookings import services
from bookings.wishes import Wish, check
from coaching.models import SessionType
from core.ids import uuid7
from scheduling import loading
from scheduling.claims import Visitor
from scheduling.models import Schedule
from scheduling.queries import free_times
from tests.bench.timing import compare

COUNT = 10


def through_the_service() -> None:
    """A request with its event, its mails and its notification, beside raw transactions of three statements."""
    session = SessionType.objects.complete().select_related("builder__builder_profile")
    hour = session.get(builder__email="builder@demo.test", title__startswith="App review")
    Schedule.objects.filter(builder=hour.builder).update(max_per_day=None, horizon_days=730)
    person = User.objects.get(email="client@demo.test")
    now = datetime.now(UTC)
    at = int(now.timestamp())
    slots = iter(free_times(hour, 60, (at + 90 * 86_400, at + 700 * 86_400), now)[::3])
    answers = {question.pk: "https://example.com" for question in hour.questions.all()}
    visitor = Visitor(f"person:{person.pk}", person)

    def ours() -> None:
        for _ in range(COUNT):
            start = loading.moment(next(slots).start)
            wish = Wish(session_type=hour, start=start, minutes=60, timezone="UTC", answers=answers)
            services.request(checked=check(wish, visitor), visitor=visitor)

    days = iter(range(10_000))

    def raw() -> None:
        for _ in range(COUNT):
            _three_inserts(hour, now + timedelta(days=2_000 + next(days)))

    compare(f"{COUNT} bookings through the service, beside {COUNT} raw transactions of three inserts", ours, raw)


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
