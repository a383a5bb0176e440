"""Listings: what they count, when they are written, and how staff moderate them."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import BuilderProfile, Notification, User
from accounts.services import update_builder
from bookings.agreement import services as booking_services
from bookings.models import Booking, Review
from bookings.states import State
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from core.models import AuditEntry, OutboxMessage
from core.registry import integrity_findings
from marketplace import listings, services
from marketplace.models import BuilderListing, BuilderMetrics, Specialisation
from marketplace.queries import cards_of
from pathways.catalogue import builder_skills
from pathways.models import Enrolment, Pathway, Skill
from pathways.progress import enrolments
from pathways.progress import services as progress
from pathways.progress.services import SkillMove
from tests.bookings.cast import builder_of, client_of, confirmed, finished, shop
from tests.cast import make_builder_person, make_person
from tests.factories.bookings import ReviewFactory
from tests.factories.marketplace import BuilderMetricsFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed_so_far(ada: User) -> None:
    """Forgets the on-commit callbacks of the fixtures, as if they had been committed before."""
    connection.run_on_commit.clear()


def listing_of(person: User) -> BuilderListing:
    return BuilderListing.objects.get(pk=person.pk)


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


def add_review(booking: Booking, rating: int) -> None:
    ReviewFactory.create(booking=booking, side="client", author=booking.client, rating=rating, published_at=clock.now())


# Counting ---------------------------------------------------------------------------------------------------


def test_metrics_are_counted_from_sessions(hour: SessionType, ada: User, cleo: User) -> None:
    dan = make_person("Dan Dune")
    for number, person in enumerate((cleo, cleo, dan)):
        add_review(finished(hour, person, soon(9 + number)), 5 - number)
    late = confirmed(hour, dan, soon(13))
    booking_services.cancel(booking=late, by=builder_of(late))
    listings.recount([ada.pk])

    metrics = BuilderMetrics.objects.get(pk=ada.pk)
    assert (metrics.total_sessions, metrics.completed_sessions, metrics.ended_sessions, metrics.confirmed_sessions) == (
        4,
        3,
        4,
        4,
    )
    assert (metrics.completion_rate, metrics.cancellation_rate) == (0.75, 0.25)
    assert (metrics.clients, metrics.repeat_clients, metrics.repeat_rate) == (2, 1, 0.5)
    assert (metrics.average_duration, metrics.average_rating, metrics.review_count) == (60, 4.0, 3)
    assert (metrics.answers, metrics.response_minutes) == (4, 0)
    assert listing_of(ada).rating == 4


def test_sessions_count_for_a_year_and_reviews_for_ever(hour: SessionType, ada: User, cleo: User) -> None:
    old = finished(hour, cleo)
    add_review(old, 3)
    Booking.objects.filter(pk=old.pk).update(
        starts_at=old.starts_at - timedelta(days=500), ends_at=old.ends_at - timedelta(days=500)
    )
    listings.recount([ada.pk])

    metrics = BuilderMetrics.objects.get(pk=ada.pk)
    assert (metrics.total_sessions, metrics.completion_rate, metrics.review_count) == (0, None, 1)


def test_answers_to_requests_are_counted(hour: SessionType, ada: User, cleo: User) -> None:
    for number, hours in enumerate((1, 2, 30)):
        booking = confirmed(hour, cleo, soon(9 + number))
        Booking.objects.filter(pk=booking.pk).update(answered_at=booking.created_at + timedelta(hours=hours))
    listings.recount([ada.pk])

    assert BuilderMetrics.objects.get(pk=ada.pk).answers == 3


def test_hidden_reviews_and_reviews_by_builders_do_not_count(hour: SessionType, ada: User, cleo: User) -> None:
    done = finished(hour, cleo)
    ReviewFactory.create(booking=done, side="builder", author=ada, rating=1, published_at=clock.now())
    ReviewFactory.create(
        booking=done, side="client", author=cleo, rating=1, published_at=clock.now(), hidden_at=clock.now()
    )
    listings.recount([ada.pk])

    assert (listing_of(ada).rating, listing_of(ada).review_count) == (None, 0)


def test_one_review_of_5_ranks_below_200_of_4_9() -> None:
    single, many, new = (make_builder_person(name) for name in ("One", "Many", "New"))
    BuilderMetricsFactory.create(builder=single.builder_profile, rating_sum=5, review_count=1)
    BuilderMetricsFactory.create(builder=many.builder_profile, rating_sum=980, review_count=200)
    listings.refresh([single.pk, many.pk, new.pk])

    assert [listing.name for listing in BuilderListing.objects.public()] == ["Many", "One", "New"]


def test_specialisations_count_active_completed_and_lost_clients(hour: SessionType, ada: User) -> None:
    play, pivot = Pathway.objects.get(slug="play"), Pathway.objects.get(slug="pivot")
    hour.pathways.add(pivot)
    people = [make_person(f"Client {number}") for number in range(3)]
    for person in people:
        enrolments.enrol(client=person, pathway=play, builder=ada)
    every = [SkillMove(skill, "COMPLETED") for skill in Skill.objects.open().complete().filter(pathways=play)]
    progress.move_skills(client=people[0], moves=every, by=ada)
    Enrolment.objects.filter(client=people[1]).update(changed_at=clock.now() - timedelta(days=91))
    listings.recount([ada.pk])

    by_slug = {entry.pathway.slug: entry for entry in Specialisation.objects.select_related("pathway")}
    results = by_slug["play"]
    assert (results.active_clients, results.completed_clients, results.left_clients, results.success_rate) == (
        2,
        1,
        1,
        0.5,
    )
    assert (by_slug["pivot"].active_clients, by_slug["pivot"].success_rate) == (0, None)
    assert listing_of(ada).pathways == ["pivot", "play"]


def test_an_unchanged_listing_is_not_written_again(hour: SessionType, ada: User, cleo: User) -> None:
    add_review(finished(hour, cleo), 5)
    rows = []
    for _ in range(2):
        listings.recount()
        rows.append(BuilderListing.objects.values().get(pk=ada.pk))

    assert rows[0] == rows[1], "an unchanged row is not updated"
    update_builder(profile=ada.builder_profile, headline="Another line")
    listings.recount()
    changed = listing_of(ada)
    assert (changed.headline, changed.version) == ("Another line", rows[0]["version"] + 1)


def test_the_command_reports_its_progress(ada: User) -> None:
    out = StringIO()
    call_command("recompute_builder_metrics", stdout=out)
    assert "1 builders in" in out.getvalue()
    with pytest.raises(Exception, match="There is no builder nobody"):
        call_command("recompute_builder_metrics", "nobody", stdout=out)


# Updates after changes ------------------------------------------------------------------------------


def test_a_changed_profile_updates_the_listing_at_once(
    ada: User, committed_so_far: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        update_builder(profile=ada.builder_profile, headline="Another line")
        builder_skills.set_builder_skills(builder=ada, skills=Skill.objects.filter(slug="take-critique"))

    listing = listing_of(ada)
    assert (listing.headline, listing.skill_slugs, listing.version) == ("Another line", ["take-critique"], 2)


def test_several_changes_to_bookings_are_counted_together(hour: SessionType, ada: User, cleo: User) -> None:
    done = finished(hour, cleo)

    waiting = OutboxMessage.objects.filter(channel=listings.CHANNEL, recipient=str(ada.pk))
    assert waiting.count() in (1, 2), "request, confirm, start and complete, all within one bucket or two"
    listings.deliver(waiting[0])
    assert BuilderMetrics.objects.get(pk=ada.pk).completed_sessions == 1
    assert client_of(done).person == cleo


def test_the_integrity_check_finds_wrong_listings(ada: User) -> None:
    bo, cy = make_builder_person("Bo Builder"), make_builder_person("Cy Builder")
    BuilderProfile.objects.filter(user=ada).update(headline="Behind its back")
    BuilderProfile.objects.filter(user=bo).update(is_published=False)
    BuilderListing.objects.filter(pk=cy.pk).delete()
    BuilderProfile.objects.filter(user=cy).update(created_at=clock.now() - timedelta(days=1))

    assert sorted(finding.what for finding in integrity_findings(clock.now())) == [
        "ada-moreno is listed with other words than its profile",
        "bo-builder is listed and should be hidden",
        "cy-builder is public and has no listing",
    ]


# Cards -------------------------------------------------------------------------------------------------------


def test_the_new_card_needs_metrics_and_its_flag(hour: SessionType, ada: User, client: Client, settings: Any) -> None:
    assert "bcard__head" not in client.get("/builders/").content.decode(), "nothing is counted yet"
    listings.recount()
    assert "bcard__head" in client.get("/builders/").content.decode()

    settings.USE_NEW_BUILDER_CARDS = False
    page = client.get("/builders/").content.decode()
    assert "bcard__head" not in page
    assert "Ada Moreno" in page


def test_cached_cards_show_a_changed_listing(hour: SessionType, ada: User, client: Client) -> None:
    listings.recount()
    first, again = (client.get("/builders/").content.decode() for _ in range(2))
    assert first.count("bcard__head") == again.count("bcard__head") == 1

    BuilderProfile.objects.filter(user=ada).update(headline="<b>Another</b> line")
    listings.refresh([ada.pk])
    assert "&lt;b&gt;Another&lt;/b&gt; line" in client.get("/builders/").content.decode()


def test_the_page_is_the_same_without_a_cache(hour: SessionType, ada: User, client: Client, settings: Any) -> None:
    listings.recount()
    _, _, before = client.get("/builders/").content.decode().partition('id="results"')
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

    assert client.get("/builders/").content.decode().partition('id="results"')[2] == before


def test_a_card_shows_rates_from_five_cases_on(ada: User) -> None:
    metrics = BuilderMetrics(
        builder_id=ada.pk,
        completed_sessions=4,
        ended_sessions=4,
        answers=4,
        response_minutes=90,
        computed_at=clock.now(),
    )
    metrics.save()
    assert cards_of([listing_of(ada)])[0].numbers == [("Sessions", "4")]

    metrics.completed_sessions, metrics.ended_sessions, metrics.answers = 9, 10, 10
    metrics.save()
    assert cards_of([listing_of(ada)])[0].numbers == [("Sessions", "9"), ("Completed", "90%"), ("Answers in", "2 h")]


# Moderation by staff ----------------------------------------------------------------------------------------------


def test_staff_verify_feature_hide_and_show_a_builder(
    ada: User, alex: User, committed_so_far: None, browser_of: Any, django_capture_on_commit_callbacks: Any
) -> None:
    adas, alexs = browser_of(ada), browser_of(alex)
    assert "Ask to be verified" in adas.get("/dashboard/listing/").content.decode()
    for _ in range(2):
        adas.post("/dashboard/listing/", {"act": "verify"})
    assert Notification.objects.filter(person=alex, kind="listing").count() == 1

    def act(name: str) -> None:
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks(execute=True):
            data = {"action": name, "_selected_action": [str(ada.pk)]}
            alexs.post("/admin/marketplace/builderlisting/", data)

    act("verify")
    assert listing_of(ada).is_verified
    assert "Since" in adas.get("/dashboard/listing/").content.decode()
    act("feature")
    assert listing_of(ada).is_featured
    act("hide")
    assert not listing_of(ada).is_listed
    assert adas.get("/builders/ada-moreno/").status_code == 404
    assert "has hidden your listing" in adas.get("/dashboard/listing/").content.decode()
    act("show")
    act("take_back")
    act("recount")
    listing = listing_of(ada)
    assert (listing.is_listed, listing.is_verified) == (True, False)
    assert AuditEntry.objects.filter(action="listing moderated").count() == 5


def test_hiding_requires_a_reason(ada: User, alex: User) -> None:
    with pytest.raises(Refused):
        services.hide(profile=ada.builder_profile, by=alex, reason=" ")
    assert not BuilderProfile.objects.filter(hidden_at__isnull=False).exists()


def test_a_paused_pathway_leaves_the_card_and_stays_paused(
    hour: SessionType, ada: User, adas: Client, committed_so_far: None, django_capture_on_commit_callbacks: Any
) -> None:
    hour.pathways.add(Pathway.objects.get(slug="play"))
    listings.recount([ada.pk])
    connection.run_on_commit.clear()
    with django_capture_on_commit_callbacks(execute=True):
        adas.post("/dashboard/listing/", {"act": "pause", "pathway": "play"})
    assert listing_of(ada).pathways == []
    listings.recount([ada.pk])
    assert listing_of(ada).pathways == []
    assert "Resume" in adas.get("/dashboard/listing/").content.decode()


# What counts as public ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_published", [True, False])
@pytest.mark.parametrize("is_hidden", [True, False])
@pytest.mark.parametrize("state", [State.COMPLETED, State.DISPUTED])
def test_a_review_is_public_by_one_rule(
    hour: SessionType, ada: User, cleo: User, is_published: bool, is_hidden: bool, state: State
) -> None:
    booking = finished(hour, cleo)
    Review.objects.create(
        booking=booking,
        side="client",
        author=cleo,
        rating=4,
        published_at=clock.now() if is_published else None,
        hidden_at=clock.now() if is_hidden else None,
    )
    Booking.objects.filter(pk=booking.pk).update(state=state)
    review = Review.objects.get()

    listings.recount([ada.pk])

    assert review.is_shown == Review.objects.shown().exists() == (is_published and not is_hidden)
    is_public = Review.objects.public().exists()
    assert is_public == (review.is_shown and state == State.COMPLETED)
    assert BuilderMetrics.objects.get(pk=ada.pk).review_count == is_public
    assert BuilderMetrics.objects.get(pk=ada.pk).rating_sum == 4 * is_public


@pytest.mark.parametrize(
    "change", [{}, {"is_published": False}, {"hidden_at": "2026-01-01T00:00Z"}, {"user__is_active": False}]
)
def test_a_builder_is_public_by_one_rule(hour: SessionType, ada: User, change: dict[str, Any]) -> None:
    person = {name.removeprefix("user__"): value for name, value in change.items() if name.startswith("user__")}
    User.objects.filter(pk=ada.pk).update(**person or {"is_active": True})
    BuilderProfile.objects.filter(pk=ada.pk).update(**{} if person else change or {"is_published": True})

    listings.recount([ada.pk])

    is_public = BuilderProfile.objects.get(pk=ada.pk).is_public
    assert is_public == (change == {})
    assert BuilderProfile.objects.public().exists() == is_public
    assert listing_of(ada).is_listed == is_public
