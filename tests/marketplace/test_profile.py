"""Tests a builder's page: what its head says, the order of its parts, and reviews that can be filtered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import User
from bookings.models import Booking, Review
from bookings.states import Side, State
from coaching.models import SessionType
from coaching.services import Config, save_config
from core import clock
from scheduling import free_times
from scheduling.models import SessionAvailability
from tests.bookings.cast import shop
from tests.factories.bookings import BookingFactory, ReviewFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/builders/ada-moreno/"


@pytest.fixture
def hour(ada: User) -> SessionType:
    hour = shop(ada)
    free_times.refresh([ada.pk])
    return hour


def reviewed(hour: SessionType, rating: int, text: str, *, days: int = 1) -> Review:
    """Adds a published review by a client."""
    booking: Booking = BookingFactory.create(
        builder=hour.builder, session_type=hour, state=State.COMPLETED, completed_at=clock.now()
    )
    published_at = clock.now() - timedelta(days=days)
    return ReviewFactory.create(booking=booking, side=Side.CLIENT, rating=rating, text=text, published_at=published_at)


def page(client: Client, **parameters: Any) -> str:
    return client.get(ADDRESS, parameters).content.decode()


def head_of(page: str) -> str:
    return page[page.index('<header class="profile__head') : page.index('<div class="profile__body')]


def test_the_head_has_rating_price_next_time_and_a_button_to_book(client: Client, hour: SessionType) -> None:
    reviewed(hour, 4, "Clear.")

    head = head_of(page(client))

    for words in ("(1 review)", "Next available", "Book a session", '<span class="soft small">from</span>'):
        assert words in head


def test_a_builder_without_sessions_has_neither_price_nor_button(client: Client, ada: User) -> None:
    head = head_of(page(client))

    assert "Book a session" not in head
    assert "Next available" not in head


def test_builders_do_not_book_themselves(adas: Client, hour: SessionType) -> None:
    seen = page(adas)

    assert "Book a session" not in seen
    assert "profile__bar" not in seen


def test_the_bio_comes_before_the_sessions(client: Client, hour: SessionType) -> None:
    seen = page(client)

    assert seen.index('id="about"') < seen.index('id="sessions"')


def test_reviews_are_filtered_by_stars_and_words(client: Client, hour: SessionType) -> None:
    reviewed(hour, 5, "Patient with beginners.")
    reviewed(hour, 5, "Quick answers.")
    reviewed(hour, 2, "Late, but patient.")

    five = page(client, stars="5")
    assert ("Patient with" in five, "Quick" in five, "Late" in five) == (True, True, False)
    patient = page(client, words="PATIENT")
    assert ("Patient with" in patient, "Quick" in patient, "Late" in patient) == (True, False, True)
    both = page(client, stars="2", words="patient")
    assert ("Patient with" in both, "Late" in both) == (False, True)
    assert "Show all reviews" in both


def test_the_chosen_stars_are_marked_and_a_new_review_counts_at_once(client: Client, hour: SessionType) -> None:
    reviewed(hour, 5, "Patient with beginners.")
    assert ("5.0" in page(client), 'aria-current="true"' in page(client)) == (True, False)
    assert 'href="?stars=5#reviews"' in page(client)

    reviewed(hour, 4, "Quick answers.")

    assert "4.5" in page(client)
    chosen = page(client, stars="4", words="quick")
    assert chosen.count('aria-current="true"') == 1
    assert 'href="?stars=5&amp;words=quick#reviews"' in chosen


@pytest.mark.parametrize(
    "parameters",
    [
        {"stars": "0"},
        {"stars": "six"},
        {"stars": "٣"},
        {"reviews": "-1"},
        {"reviews": "9" * 30},
        {"reviews": "²"},
        {"words": "%_\\"},
        {"words": "a" * 5_000},
    ],
)
def test_filters_that_make_no_sense_do_no_harm(client: Client, hour: SessionType, parameters: dict[str, str]) -> None:
    reviewed(hour, 5, "Patient with beginners.")

    assert client.get(ADDRESS, parameters).status_code == 200


def test_more_reviews_are_shown_on_demand(client: Client, hour: SessionType) -> None:
    for number in range(12):
        reviewed(hour, 5, f"Text {number:02}.", days=number + 1)

    first, more = page(client), page(client, reviews="20")

    assert ("Text 09." in first, "Text 10." in first, "Show more reviews" in first) == (True, False, True)
    assert ("Text 11." in more, "Show more reviews" in more) == (True, False)


def test_htmx_receives_the_reviews_alone(client: Client, hour: SessionType) -> None:
    reviewed(hour, 5, "Patient with beginners.")

    answer = client.get(ADDRESS, {"stars": "5"}, headers={"HX-Request": "true", "HX-Target": "reviews"})

    assert "Patient with" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


# Parts that are kept ready -----------------------------------------------------------------------------------


def test_what_is_kept_ready_shows_each_change(client: Client, hour: SessionType, ada: User) -> None:
    review = reviewed(hour, 5, "Clear and kind.")
    before = [page(client), page(client)]
    assert before[0].count("Clear and kind.") == before[1].count("Clear and kind.") == 1

    SessionType.objects.filter(pk=hour.pk).update(title="Another name")
    save_config(builder=ada, config=Config(prices={60: Decimal(123)}))
    Review.objects.filter(pk=review.pk).update(reply="Thank you for coming.", replied_at=clock.now())

    after = page(client)
    for words in ("Another name", "€123.00" if "€" in before[0] else "$123.00", "Thank you for coming."):
        assert words in after


def test_readers_in_two_zones_see_their_own_times(client: Client, hour: SessionType, cleo: User, suri: User) -> None:
    next_slot = SessionAvailability.objects.get(session_type=hour).next_slot
    assert next_slot is not None
    for person, zone in ((cleo, "Asia/Tokyo"), (suri, "America/New_York")):
        User.objects.filter(pk=person.pk).update(timezone=zone)
        client.force_login(User.objects.get(pk=person.pk))
        local = next_slot.astimezone(ZoneInfo(zone))
        assert f"{local:%a %-d %b, %H:%M}" in page(client).partition('id="sessions"')[2]
        assert f"available from {local:%H:%M}" in page(client)


def test_only_others_can_report_a_review(client: Client, hour: SessionType, cleo: User) -> None:
    review = reviewed(hour, 5, "Clear and kind.")
    assert "Report<" not in page(client), "nobody who is not signed in"

    client.force_login(cleo)
    assert "Report<" in page(client)
    Review.objects.filter(pk=review.pk).update(author=cleo)
    assert "Report<" not in page(client), "not their own"
