"""Tests the home page of people who are signed in: next session, tasks, next skill, and favourites with free times."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts import applications
from accounts.models import BuilderProfile, User
from bookings.models import Booking
from bookings.proposals import services as proposals
from coaching.models import SessionType
from core import clock
from marketplace.models import Favourite
from pathways.models import Pathway
from pathways.progress.enrolments import enrol
from scheduling import free_times
from tests.bookings.cast import book, builder_of, confirmed, finished, shop
from tests.bookings.for_clients.acts import set_up
from tests.cast import make_builder_person, make_person
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


def home(client: Client, person: User) -> str:
    client.force_login(person)
    return client.get("/").content.decode()


def day_for(person: User, booking: Booking) -> str:
    return f"{booking.starts_at.astimezone(ZoneInfo(person.timezone)):%a %-d %b}"


def test_a_new_person_reads_where_to_begin(client: Client, cleo: User) -> None:
    page = home(client, cleo)

    for words in ("Hello, Cleo", "You have no upcoming session", "Nothing is waiting for you", "Choose a pathway"):
        assert words in page
    assert "How it works" not in page


def test_both_sides_see_the_next_session(client: Client, hour: SessionType, cleo: User, ada: User) -> None:
    booking = confirmed(hour, cleo)

    for person, other in ((cleo, "with Ada Moreno"), (ada, "with Cleo")):
        page = home(client, person)
        assert booking.get_absolute_url() in page
        assert other in page


def test_somebody_elses_session_is_not_shown(client: Client, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)

    assert booking.get_absolute_url() not in home(client, make_person("Sam Okafor"))


def test_a_session_can_be_joined_from_a_quarter_of_an_hour_before(
    client: Client, hour: SessionType, cleo: User
) -> None:
    booking = confirmed(hour, cleo)
    Booking.objects.filter(pk=booking.pk).update(meeting_url="https://meet.example/ada")
    assert "meet.example" not in home(client, cleo)

    start = clock.now() + timedelta(minutes=10)
    Booking.objects.filter(pk=booking.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))
    assert 'href="https://meet.example/ada"' in home(client, cleo)


def test_a_builder_is_asked_to_answer_requests(client: Client, hour: SessionType, cleo: User, ada: User) -> None:
    book(hour, cleo)

    assert "Answer a booking request" in home(client, ada)
    assert "Answer a booking request" not in home(client, cleo)


def test_a_client_sees_the_requests_that_wait_for_an_answer(client: Client, hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)

    page = home(client, cleo)

    assert f"{booking.title} on {day_for(cleo, booking)}: waiting for Ada Moreno to confirm" in page
    assert booking.get_absolute_url() in page


def test_a_client_sees_that_another_time_is_suggested(client: Client, hour: SessionType, cleo: User, ada: User) -> None:
    booking = confirmed(hour, cleo)
    proposals.propose(booking=booking, by=builder_of(booking), starts=[booking.starts_at + timedelta(hours=2)])

    assert f"Ada Moreno suggests another time for {booking.title} on" in home(client, cleo)
    assert "suggests another time" not in home(client, ada)


def test_an_invitation_waits_for_the_client_alone(client: Client, hour: SessionType, cleo: User, ada: User) -> None:
    booking = book(hour, cleo)
    Booking.objects.filter(pk=booking.pk).update(awaits_client=True)

    assert f"Ada Moreno invites you to {booking.title} on" in home(client, cleo)
    assert "Answer a booking request" not in home(client, ada)


def test_an_admin_sees_that_an_application_is_open(client: Client, cleo: User, alex: User) -> None:
    assert "Answer an application" not in home(client, alex)

    applications.apply(
        user=cleo,
        headline="Mixing engineer",
        message="Ten years of mixing records for bands, in three studios, and four of teaching it.",
    )

    assert "Answer an application" in home(client, alex)
    assert "Answer an application" not in home(client, cleo)


def test_a_client_is_asked_for_a_review(client: Client, hour: SessionType, cleo: User, ada: User) -> None:
    booking = finished(hour, cleo)

    assert f"Review {booking.title} on {day_for(cleo, booking)} with Ada Moreno" in home(client, cleo)
    assert "Review " not in home(client, ada)


def test_the_next_step_on_a_pathway_is_shown(client: Client, cleo: User) -> None:
    enrol(client=cleo, pathway=Pathway.objects.get(slug="accelerate"))

    page = home(client, cleo)

    assert "Next step:" in page
    assert f'href="{reverse("pathways:mine_on", args=["accelerate"])}"' in page


def test_favourites_with_a_free_time_this_week_are_shown(client: Client, hour: SessionType, cleo: User) -> None:
    nobody = make_builder_person("Bo Without Times")
    for builder in (hour.builder, nobody):
        Favourite.objects.create(person=cleo, builder=BuilderProfile.objects.get(user=builder))
    free_times.refresh([hour.builder_id])

    page = home(client, cleo)
    favourites = page[page.index("Your favourites available this week") : page.index("Builders that people")]

    assert "Ada Moreno" in favourites
    assert "Bo Without Times" not in favourites
    assert page.count(">Ada Moreno</a>") == 1, "who is shown as a favourite is not shown twice"


def test_favourites_without_free_times_are_said(client: Client, cleo: User) -> None:
    builder = make_builder_person("Bo Without Times")
    Favourite.objects.create(person=cleo, builder=BuilderProfile.objects.get(user=builder))

    assert "has an available time in the next" in home(client, cleo)


@pytest.mark.parametrize("sessions", [1, 5])
def test_the_home_page_has_a_constant_number_of_queries(
    client: Client, hour: SessionType, cleo: User, sessions: int, django_assert_num_queries: Any
) -> None:
    enrol(client=cleo, pathway=Pathway.objects.get(slug="accelerate"))
    Favourite.objects.create(person=cleo, builder=BuilderProfile.objects.get(user=hour.builder))
    for number in range(sessions):
        finished(hour, cleo, soon() + timedelta(days=number))
    confirmed(hour, cleo, soon() + timedelta(days=sessions))
    home(client, cleo)

    with django_assert_num_queries(20):
        client.get("/")


def test_people_without_the_role_are_invited_to_become_builders(client: Client, cleo: User, ada: User) -> None:
    assert "Share what you know" in client.get("/").content.decode()
    assert "Share what you know" in home(client, cleo)
    assert "Share what you know" not in home(client, ada)


def test_an_invitation_waits_for_the_client_and_not_for_its_builder(
    client: Client, hour: SessionType, cleo: User, ada: User
) -> None:
    confirmed(hour, cleo, soon(10))
    set_up(hour, soon(14), client=cleo, asks=True)

    assert "Answer a booking request" not in home(client, ada)
