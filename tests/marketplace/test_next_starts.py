"""The stored next free time of builders, by which the search sorts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from coaching.models import SessionType
from core import clock
from marketplace import listings, next_starts, services
from marketplace.models import NEVER, BuilderListing
from scheduling import free_times
from scheduling.models import FreeTimes, SessionAvailability
from tests.cast import make_builder_person
from tests.scheduling.cast import free_session, open_hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def early(db: None) -> User:
    """A builder who is free every day; Late, below, needs three days of notice."""
    return with_hours("Early", minimum_notice=0)


@pytest.fixture
def late(db: None) -> User:
    return with_hours("Late", minimum_notice=3 * 24 * 60)


def with_hours(name: str, **fields: Any) -> User:
    person = make_builder_person(name)
    open_hours(person, **fields)
    free_session(person)
    free_times.refresh([person.pk])
    return person


def next_start(person: User) -> datetime:
    return BuilderListing.objects.get(pk=person.pk).next_start


def shown_first(client: Client) -> str:
    page = client.get("/builders/?sort=soonest").content.decode()
    return min(("Early", "Late"), key=lambda name: page.find(f">{name}</a>"))


def test_it_is_the_time_that_cards_show(early: User, late: User, client: Client) -> None:
    for person in (early, late):
        assert next_start(person) == SessionAvailability.objects.get(builder=person).next_slot
    assert shown_first(client) == "Early"


def test_a_time_that_has_passed_is_written_again_each_minute(early: User, late: User, client: Client) -> None:
    """Early's next time becomes a week later without a change of theirs, as when the hours of today are over."""
    now = clock.now()
    in_a_week = int((now + timedelta(days=7)).timestamp())
    FreeTimes.objects.filter(builder=early).update(runs=[in_a_week, in_a_week])
    assert next_starts.fill_passed(now) == 0
    assert shown_first(client) == "Early"

    BuilderListing.objects.filter(pk=early.pk).update(next_start_ends=now - timedelta(seconds=1))
    assert next_starts.fill_passed(now) == 1
    assert next_start(early).timestamp() == in_a_week
    assert shown_first(client) == "Late"


def test_it_is_asked_again_when_its_notice_begins(late: User) -> None:
    listing = BuilderListing.objects.get(pk=late.pk)

    assert listing.next_start - listing.next_start_ends == timedelta(days=3)


def test_builders_who_cannot_be_booked_come_last(early: User, late: User, alex: User, client: Client) -> None:
    SessionType.objects.filter(builder=early).update(is_active=False)
    free_times.refresh([early.pk])

    assert next_start(early) == NEVER
    assert shown_first(client) == "Late"

    services.hide(profile=late.builder_profile, by=alex, reason="Spam")
    listings.recount()
    assert ">Late</a>" not in client.get("/builders/?sort=soonest").content.decode()
