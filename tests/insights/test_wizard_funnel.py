"""What visitors do on the pages of booking is what the funnel shows to the builder."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from coaching.models import SessionType
from core import clock
from insights.advice import people_by_step
from insights.figures import Totals, read
from insights.periods import period_of
from insights.scopes import InsightScope
from tests.bookings.cast import shop
from tests.bookings.wizard.steps import choose, go_on, key_of, page
from tests.cast import make_person
from tests.reading import visible_text
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


def visitor(name: str) -> Client:
    client = Client()
    client.force_login(make_person(name))
    return client


def book(client: Client, hour: SessionType, hours: int) -> None:
    """Takes all steps of the wizard."""
    review = go_on(client, choose(client, hour, soon(hours)), notes="See you there.")["Location"]
    answer = client.post(review, {"key": key_of(client.get(review))})
    assert answer.status_code == 302


def totals_of(ada: User) -> Totals:
    period = period_of("7", clock.now().date(), "UTC")
    return read(InsightScope("UTC", ada.pk), period, compares=False, names=["steps", "refusals"]).current


def test_people_count_at_each_step_of_the_wizard_that_they_reached(hour: SessionType, ada: User) -> None:
    choose(visitor("Only Chose"), hour, soon(9))
    halfway = visitor("Gave Details")
    go_on(halfway, choose(halfway, hour, soon(11)), notes="Hello.")
    book(visitor("Has Booked"), hour, 13)

    assert people_by_step(totals_of(ada)) == {"started": 3, "details": 2, "completed": 1}


def test_a_person_who_chooses_several_times_counts_once(hour: SessionType, ada: User) -> None:
    person = visitor("Cannot Decide")
    for hours in (9, 11):
        choose(person, hour, soon(hours))
    book(person, hour, 13)

    assert people_by_step(totals_of(ada)) == {"started": 1, "details": 1, "completed": 1}


def test_who_only_looks_at_times_counts_nowhere(hour: SessionType, ada: User) -> None:
    assert visitor("Only Looks").get(page("times", hour), {"zone": "Europe/London"}).status_code == 200

    assert people_by_step(totals_of(ada)) == {"started": 0, "details": 0, "completed": 0}


def test_who_comes_too_late_counts_as_refused_until_they_book_another_time(hour: SessionType, ada: User) -> None:
    book(visitor("Is First"), hour, 9)
    late = visitor("Is Late")
    assert "lost=" in choose(late, hour, soon(9))

    assert people_by_step(totals_of(ada)) == {"started": 2, "details": 1, "completed": 1}
    assert totals_of(ada).of("refusals") == {"slot_taken": 1}

    book(late, hour, 11)

    assert people_by_step(totals_of(ada)) == {"started": 2, "details": 2, "completed": 2}
    assert totals_of(ada).of("refusals") == {}


def test_the_builder_sees_the_funnel_of_the_wizard(hour: SessionType, ada: User) -> None:
    choose(visitor("Only Chose"), hour, soon(9))
    book(visitor("Has Booked"), hour, 13)
    builder = Client()
    builder.force_login(ada)

    seen = visible_text(builder.get("/dashboard/insights/"))

    assert "1 of 2 people who chose a time booked (50 %)." in seen
    assert f"{hour.title} 2 1 1 50 %" in seen
