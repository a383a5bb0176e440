"""The metrics at /metrics, and who may read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import User
from bookings.models import Booking, BookingAttempt, FunnelCount
from bookings.reviews import services as reviews
from bookings.wizard import funnel
from coaching.models import SessionType
from core import clock
from tests.bookings.cast import book, builder_of, client_of
from tests.bookings.wire import CREATE, Caller, at
from tests.cast import make_person
from tests.factories.bookings import BookingAttemptFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


def sql(query: str) -> dict[tuple[str, ...], float]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {tuple(sorted(str(label) for label in labels)): float(number) for *labels, number in cursor.fetchall()}


def exported_values(name: str) -> dict[tuple[str, ...], float]:
    text = Client().get("/metrics").content.decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    return {tuple(sorted(sample.labels.values())): sample.value for sample in families[f"waymark_{name}"].samples}


NUMBERS = {
    "bookings": "SELECT state, count(*) FROM bookings_booking GROUP BY 1",
    "booking_events": "SELECT verb, side, count(*) FROM bookings_bookingevent GROUP BY 1, 2",
    "booking_value": "SELECT currency, sum(total) FROM bookings_booking WHERE state = 'COMPLETED' GROUP BY 1",
    "booking_value_count": "SELECT currency, count(*) FROM bookings_booking WHERE state = 'COMPLETED' GROUP BY 1",
    "booking_steps": "SELECT channel, step, reason, sum(count) FROM bookings_stepcount GROUP BY 1, 2, 3",
    "reviews": "SELECT side, rating, count(*) FROM bookings_review WHERE published_at IS NOT NULL GROUP BY 1, 2",
    "outbox_messages": "SELECT channel, state, count(*) FROM core_outboxmessage GROUP BY 1, 2",
    "waiting_places": "SELECT count(*) FROM bookings_place WHERE ended_at IS NULL",
}


@pytest.mark.parametrize("name", NUMBERS)
def test_every_metric_equals_its_sql_query(name: str, done: Booking, hour: SessionType) -> None:
    book(hour, make_person("Sam Lee"), soon(14))
    for by in (client_of(done), builder_of(done)):
        reviews.write(booking=done, by=by, rating=4, text="")
    Caller(make_person("Gwen Hill")).post(CREATE, {"sessionTypeId": str(hour.pk), "scheduledTime": at(9)})

    assert exported_values(name) == sql(NUMBERS[name]) != {}


def test_bookings_are_counted_by_length(done: Booking) -> None:
    assert exported_values("booking_lengths") == {("60",): 1.0}


def test_completed_and_refused_bookings_are_counted(hour: SessionType, cleo: User) -> None:
    caller = Caller(cleo)
    body = {"sessionTypeId": str(hour.pk), "scheduledTime": at(9)}
    answer = caller.post(CREATE, body, **{"Idempotency-Key": "one"})
    caller.post(CREATE, body, **{"Idempotency-Key": "one"})
    caller.post(CREATE, body)

    assert answer.status_code == 201
    counts = {(row.channel, row.step, row.reason): row.count for row in FunnelCount.objects.all()}
    assert counts == {("api", "started", ""): 2, ("api", "completed", ""): 1, ("api", "failed", "slot_taken"): 1}


def test_an_attempt_keeps_what_was_tried_and_what_it_led_to(hour: SessionType, cleo: User) -> None:
    body = {"sessionTypeId": str(hour.pk), "scheduledTime": at(9)}
    Caller(cleo).post(CREATE, body)
    Caller(cleo).post(CREATE, body)
    Caller(make_person("Sam Lee")).post(CREATE, body)

    booking = Booking.objects.get()
    own, other = BookingAttempt.objects.order_by("pk")
    assert (own.session_type, own.minutes, own.value, own.currency) == (hour, 60, booking.total, booking.currency)
    assert own.booking == booking
    assert own.completed_at is not None
    assert own.reason == "slot_taken", "of the second try on the same day"
    assert other.booking is None
    assert (other.completed_at, other.reason) == (None, "slot_taken")
    assert own.visitor != other.visitor
    assert str(cleo.pk) not in own.visitor


def test_each_step_is_logged_with_its_context(hour: SessionType, cleo: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bookings.wizard.funnel")
    body = {"sessionTypeId": str(hour.pk), "scheduledTime": at(9)}
    Caller(cleo).post(CREATE, body)
    Caller(make_person("Sam Lee")).post(CREATE, body)

    booking = Booking.objects.get()
    logged = [vars(record) for record in caplog.records if record.name == "bookings.wizard.funnel"]
    assert [record["message"] for record in logged] == [
        "booking started", "booking completed", "booking started", "booking failed"
    ]  # fmt: skip
    assert {record["session_type"] for record in logged} == {str(hour.pk)}
    assert {record["minutes"] for record in logged} == {60}
    assert (logged[1]["booking"], logged[1]["value"]) == (str(booking.pk), booking.price.on_the_wire())
    assert (logged[3]["reason"], logged[3]["currency"]) == ("slot_taken", booking.currency)


def test_old_attempts_are_deleted(db: None) -> None:
    now = clock.now()
    BookingAttemptFactory.create(started_at=now - timedelta(days=funnel.KEPT_DAYS + 1))
    kept = BookingAttemptFactory.create(started_at=now - timedelta(days=funnel.KEPT_DAYS - 1))

    funnel.forget_old(now)

    assert list(BookingAttempt.objects.all()) == [kept]


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({}, "203.0.113.9", 403),
        ({"Authorization": "Bearer right"}, "203.0.113.9", 200),
        ({"Authorization": "Bearer wrong"}, "203.0.113.9", 403),
        ({"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", 403),
    ],
)
def test_only_the_server_itself_and_token_holders_may_read_metrics(
    settings: Any, headers: dict[str, str], address: str, status: int
) -> None:
    settings.METRICS_TOKEN = "right"

    assert Client().get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == status
