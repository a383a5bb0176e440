"""`/api/insights/…`."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from bookings.states import State
from coaching.models import SessionType
from core import clock
from tests.bookings.cast import shop
from tests.cast import make_builder_person
from tests.factories.bookings import BookingAttemptFactory, BookingFactory
from tests.factories.pathways import EnrolmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(ada: User, cleo: User) -> SessionType:
    """Returns a session type with a completed session two days ago, one 40 days ago, and two attempts to book."""
    session_type = shop(ada)
    for days_ago, total in ((2, Decimal("80.00")), (40, Decimal("60.00"))):
        start = clock.now() - timedelta(days=days_ago)
        booking = BookingFactory.create(
            session_type=session_type, client=cleo, state=State.COMPLETED, starts_at=start,
            ends_at=start + timedelta(minutes=90), confirmed_at=start, completed_at=start, total=total, currency="EUR",
        )  # fmt: skip
        type(booking).objects.filter(pk=booking.pk).update(created_at=start - timedelta(days=3, hours=1))
    now = clock.now()
    BookingAttemptFactory.create(session_type=session_type, started_at=now, day=now.date())
    BookingAttemptFactory.create(session_type=session_type, started_at=now, day=now.date(), completed_at=now)
    return session_type


def get(person: User, name: str, **query: Any) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(f"/api/insights/{name}", query)


def test_the_summary_and_the_period_before(hour: SessionType, ada: User) -> None:
    answer = get(ada, "summary").json()

    assert answer["success"] is True
    assert answer["summary"] == {
        "sessions": 1, "completed": 1, "cancelled": 0, "noShows": 0, "hours": 1.5, "utilisation": None,
        "averageValue": {"EUR": "80.00"}, "income": {"EUR": "80.00"}, "newClients": 0, "returningClients": 1,
        "leadTimeDays": 3.0, "responseMinutes": None, "rating": None,
    }  # fmt: skip
    assert answer["previous"]["income"] == {"EUR": "60.00"}
    assert answer["previous"]["newClients"] == 1
    assert get(ada, "summary", compare="none").json()["previous"] is None


def test_a_period_of_days(hour: SessionType, ada: User) -> None:
    day = (clock.now() - timedelta(days=40)).date()
    answer = get(ada, "summary", **{"from": str(day - timedelta(days=1)), "to": str(day + timedelta(days=1))}).json()

    assert answer["summary"]["income"] == {"EUR": "60.00"}


def test_the_funnel_the_lengths_and_the_pathways(hour: SessionType, ada: User) -> None:
    enrolment = EnrolmentFactory.create(builder=ada)

    assert get(ada, "funnel").json()["steps"] == [
        {"step": "started", "count": 2, "rate": 1.0},
        {"step": "details", "count": 1, "rate": 0.5},
        {"step": "completed", "count": 1, "rate": 0.5},
    ]
    assert get(ada, "durations").json()["durations"] == [{"minutes": 90, "count": 1, "share": 1.0}]
    assert get(ada, "pathways").json()["pathways"] == [
        {
            "pathwayId": enrolment.pathway.slug, "enrolled": 1, "active": 1, "stuck": 0, "completed": 0,
            "medianDays": None, "successRate": None,
        }
    ]  # fmt: skip
    assert get(ada, "bookings-by-pathway").json()["rows"] == [
        {"pathwayId": None, "count": 1, "completed": 1, "revenue": {"EUR": "80.00"}}
    ]


def test_staff_read_the_whole_place(hour: SessionType, ada: User, suri: User) -> None:
    bo = make_builder_person("Bo Other")

    assert get(suri, "summary", scope="platform").json()["summary"]["sessions"] == 1
    assert get(bo, "summary").json()["summary"]["sessions"] == 0
    for person, query in ((bo, {"scope": "platform"}), (suri, {})):
        assert get(person, "summary", **query).status_code == 403
    assert Client().get("/api/insights/summary").status_code == 401


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"from": "2026-01-01"}, 422, "to"),
        ({"to": "2026-01-01"}, 422, "from"),
        ({"from": "2026-01-02", "to": "2026-01-01"}, 422, "to"),
        ({"from": "2020-01-02", "to": "2026-01-01"}, 422, "to"),
        ({"from": "nonsense", "to": "2026-01-01"}, 422, "from"),
        ({"compare": "nonsense"}, 422, "compare"),
        ({"pathway": "nonsense"}, 422, "pathway"),
        ({"sessionTypeId": str(uuid4())}, 404, ""),
    ],
)
def test_what_cannot_be_read_is_refused(ada: User, query: dict[str, str], status: int, field: str) -> None:
    answer = get(ada, "summary", **query)

    assert answer.status_code == status
    if field:
        assert list(answer.json()["error"]["fields"]) == [field]


def test_the_session_type_of_another_builder_does_not_exist(hour: SessionType) -> None:
    bo = make_builder_person("Bo Other")

    assert get(bo, "funnel", sessionTypeId=str(hour.pk)).status_code == 404
