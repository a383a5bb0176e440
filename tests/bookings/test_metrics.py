"""The metrics at /metrics, and who may read them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import User
from bookings.models import Booking, FunnelCount
from bookings.reviews import services as reviews
from coaching.models import SessionType
from tests.bookings.cast import book, builder_of, client_of
from tests.bookings.wire import CREATE, Caller, at
from tests.cast import make_person
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
    "booking_steps": "SELECT way, step, reason, sum(count) FROM bookings_stepcount GROUP BY 1, 2, 3",
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
    counts = {(row.way, row.step, row.reason): row.count for row in FunnelCount.objects.all()}
    assert counts == {("api", "completed", ""): 1, ("api", "failed", "slot_taken"): 1}


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
