"""What comes next: the next skill of a pathway, with builders who teach it, real free times and prices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from marketplace import listings
from marketplace.next_step import NextStep, next_step
from marketplace.usual_hours import usual_parts, windows_of
from pathways.catalogue.builder_skills import set_builder_skills
from pathways.models import Pathway, Skill
from pathways.progress import enrolments
from scheduling import free_times
from tests.bookings.cast import finished, shop
from tests.cast import make_builder_person
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def skill(cleo: User) -> Skill:
    """The skill that Cleo has to learn next."""
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"))
    step = next_step(cleo, clock.now())
    assert step is not None
    return step.skill


def teacher(name: str, skill: Skill) -> SessionType:
    builder = make_builder_person(name)
    hour = shop(builder)
    set_builder_skills(builder=builder, skills=[skill])
    free_times.refresh([builder.pk])
    listings.refresh([builder.pk])
    return hour


def names(step: NextStep | None) -> list[str]:
    assert step is not None
    return [proposal.listing.name for proposal in step.proposals]


def test_without_a_pathway_there_is_no_next_step(cleo: User, client: Client) -> None:
    client.force_login(cleo)

    assert next_step(cleo, clock.now()) is None
    assert "There is no next step right now" in client.get("/me/next-step/").content.decode()


def test_the_builder_just_seen_comes_first(cleo: User, skill: Skill) -> None:
    early, seen = teacher("Ann Early", skill), teacher("Zoe Seen", skill)
    finished(seen, cleo, soon(15))

    step = next_step(cleo, clock.now())

    assert names(step) == ["Zoe Seen", "Ann Early"]
    assert step is not None
    assert [proposal.is_known for proposal in step.proposals] == [True, False]
    assert step.proposals[1].session_type == early


def test_only_builders_who_teach_the_skill_are_proposed_and_never_oneself(cleo: User, skill: Skill) -> None:
    other = make_builder_person("Olga Other")
    shop(other)
    free_times.refresh([other.pk])
    listings.refresh([other.pk])
    own = teacher("Tim Teacher", skill).builder
    enrolments.enrol(client=own, pathway=Pathway.objects.get(slug="play"))

    assert names(next_step(cleo, clock.now())) == ["Tim Teacher"]
    assert names(next_step(own, clock.now())) == []


def test_the_time_is_at_the_clients_usual_hours(cleo: User, skill: Skill) -> None:
    hour = teacher("Eve Evening", skill)
    finished(hour, cleo, soon(15))
    Booking.objects.update(starts_at=soon(15), ends_at=soon(16))

    step = next_step(cleo, clock.now())

    assert step is not None
    (proposal,) = step.proposals
    assert proposal.is_usual
    usual = usual_parts([soon(15)], cleo.timezone)
    assert usual_parts([proposal.slot.start], cleo.timezone) == usual


def test_the_price_has_the_early_booking_discount(cleo: User, skill: Skill) -> None:
    hour = teacher("Pia Price", skill)
    SessionType.objects.filter(pk=hour.pk).update(early_tiers=[[0, 20]])

    step = next_step(cleo, clock.now())

    assert step is not None
    price = step.proposals[0].price
    assert price.total.amount * 10 == price.list_total.amount * 8


def test_the_link_opens_the_wizard_on_the_proposed_time(cleo: User, skill: Skill, client: Client) -> None:
    hour = teacher("Ann Early", skill)
    client.force_login(cleo)
    page = client.get("/me/next-step/").content.decode()
    step = next_step(cleo, clock.now())
    assert step is not None
    proposal = step.proposals[0]
    query = parse_qs(urlsplit(proposal.address).query)

    assert f"/{hour.pk}/?" in page
    assert query["start"] == [proposal.slot.start.strftime("%Y-%m-%dT%H:%M:%SZ")]
    answer = client.get(proposal.address.partition("#")[0])
    assert answer.status_code == 200
    assert proposal.when.begins in answer.content.decode()


def test_other_pages_load_its_part(cleo: User, skill: Skill, client: Client) -> None:
    client.force_login(cleo)
    for page in ("/", "/me/pathways/play/"):
        assert "/me/next-step/" in client.get(page, follow=True).content.decode()

    part = client.get("/me/next-step/?on=play", headers={"HX-Request": "true"}).content.decode()
    assert skill.name in part
    assert "<html" not in part
    whole = client.get("/me/next-step/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in whole.content.decode()
    assert client.get("/me/next-step/?on=nothing").status_code == 200
    assert client.get("/me/next-step/?on=%00").status_code in (200, 400)


@pytest.mark.parametrize("count", [1, 5])
def test_it_takes_as_many_queries_for_one_builder_as_for_five(
    cleo: User, skill: Skill, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        teacher(f"Teacher {number}", skill)

    with django_assert_max_num_queries(19):
        assert len(names(next_step(cleo, clock.now()))) == min(count, 3)


ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu"]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001  (made aware below)
    st.integers(0, 14 * 24 - 1),
)
def test_windows_contain_just_the_times_in_the_usual_parts(zone: str, naive: datetime, hours: int) -> None:
    """Also across the changes of the clocks, whichever part of the day they fall into."""
    now = naive.replace(tzinfo=UTC)
    at = now + timedelta(hours=hours)
    parts = {(False, "evening"), (True, "morning"), (True, "night")}
    windows = windows_of(parts, zone, now)

    is_inside = any(first <= at.timestamp() < last for first, last in windows)

    local = at.astimezone(ZoneInfo(zone))
    is_changing = local.utcoffset() != (at + timedelta(hours=1)).astimezone(ZoneInfo(zone)).utcoffset()
    assert is_changing or is_inside == (usual_parts([at], zone) <= parts)
