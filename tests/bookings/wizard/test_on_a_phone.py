"""Tests what helps on a small screen: the step in words, the month from this week on, and the chosen session marked."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from coaching.models import SessionType
from core import clock
from tests.bookings.cast import book_as_guest, free_shop
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def session_type(ada: User) -> SessionType:
    return free_shop(ada)


def times(client: Client, session_type: SessionType, **query: str) -> str:
    address = reverse("bookings:times", args=["ada-moreno", session_type.pk])
    return client.get(address, {"zone": "Europe/Berlin", **query}).content.decode()


def test_each_step_says_where_one_is(client: Client, session_type: SessionType) -> None:
    assert "Step 1 of 4: Service" in client.get("/book/ada-moreno/").content.decode()
    assert "Step 2 of 4: Time" in times(client, session_type)


def test_this_month_begins_with_this_week(client: Client, session_type: SessionType) -> None:
    today = clock.now().astimezone(BERLIN).date()
    monday = today - timedelta(days=today.weekday())
    page = times(client, session_type, month=f"{today:%Y-%m}")

    days = [part.split('"')[0] for part in page.split('data-day="')[1:]]

    assert days[0] == f"{max(monday, today.replace(day=1))}"


def test_later_months_are_shown_whole(client: Client, session_type: SessionType) -> None:
    later = (clock.now().date().replace(day=1) + timedelta(days=70)).replace(day=1)

    assert f'data-day="{later}"' in times(client, session_type, month=f"{later:%Y-%m}")


def test_a_day_leads_to_its_times(client: Client, session_type: SessionType) -> None:
    page = times(client, session_type)

    assert '#day-title"' in page
    assert 'id="day-title"' in page


def test_a_time_in_the_address_is_chosen_and_one_click_continues(client: Client, session_type: SessionType) -> None:
    start = soon(10)
    page = times(client, session_type, start=start.isoformat())

    button = page.partition("Continue with")[0].rpartition("<button")[2]
    assert f'value="{start:%Y-%m-%dT%H:%M:%SZ}"' in button
    assert page.count('aria-current="true"') == 1
    assert "is no longer available" not in page


def test_a_time_in_the_address_that_is_taken_leads_to_the_nearest(client: Client, session_type: SessionType) -> None:
    book_as_guest(session_type, soon(10))

    page = times(client, session_type, start=soon(10).isoformat())

    assert "is no longer available" in page
    assert "Continue with" not in page


def test_another_session_marks_the_one_that_was_chosen(client: Client, session_type: SessionType) -> None:
    page = times(client, session_type)
    address = f"/book/ada-moreno/?session={session_type.pk}"
    assert address in page

    chosen = client.get(address).content.decode()

    assert 'aria-current="true"' in chosen
    assert "Selected" in chosen
    assert "Selected" not in client.get("/book/ada-moreno/").content.decode()


@pytest.mark.parametrize("session", ["x", "0" * 500, "%00"])
def test_a_chosen_session_that_does_not_exist_does_no_harm(
    client: Client, session_type: SessionType, session: str
) -> None:
    assert client.get(f"/book/ada-moreno/?session={session}").status_code in (200, 400)
