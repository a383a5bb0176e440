"""What people looked for and did not find."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from bookings.waiting_list import services as waiting_list
from coaching.models import SessionType
from core import clock, demand
from core.models import DemandEvent
from tests.bookings.cast import shop, waits_for
from tests.factories.core import DemandEventFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


def counts() -> list[tuple[str, str, str, int]]:
    return list(DemandEvent.objects.order_by("words").values_list("kind", "words", "town", "count"))


def test_a_search_without_results_is_counted_once_a_day_for_each_visitor(ada: User, cleo: User) -> None:
    signed_in = Client()
    signed_in.force_login(cleo)

    for client in (Client(), signed_in):
        for _ in range(2):
            client.get("/builders/", {"q": "  Zither   LESSONS "})

    assert counts() == [("search", "zither lessons", "", 2)]


def test_over_the_api_it_is_counted_too(ada: User) -> None:
    Client().get("/api/marketplace/builders", {"q": "zither"})
    Client().get("/api/marketplace/builders", {"q": "zither", "verified": "true"})

    assert counts() == [("search", "zither", "", 1)]


def test_words_that_are_still_being_typed_and_searches_for_nothing_in_particular_are_not_counted(ada: User) -> None:
    Client().get("/builders/", {"q": "zit"}, headers={"HX-Request": "true", "HX-Target": "results"})
    Client().get("/builders/")

    assert counts() == []


def test_a_place_on_the_waiting_list_that_was_never_offered_a_time_is_counted(hour: SessionType, cleo: User) -> None:
    entry = waits_for(cleo, hour)
    over = clock.now() + timedelta(days=60)

    waiting_list.offer_free(over)
    waiting_list.offer_free(over)

    assert entry.offers.count() == 0
    event = DemandEvent.objects.get()
    assert (event.kind, event.builder_id, event.session_type, event.count) == ("waiting", hour.builder_id, hour.pk, 1)


def test_one_that_was_offered_a_time_is_not(hour: SessionType, cleo: User) -> None:
    waits_for(cleo, hour, soon(10).date())
    waiting_list.offer_free(clock.now())

    waiting_list.expire_offers(clock.now() + timedelta(days=30))
    waiting_list.offer_free(clock.now() + timedelta(days=60))

    assert not DemandEvent.objects.exists()


def test_words_are_forgotten_after_three_months_and_their_numbers_are_kept() -> None:
    now = clock.now()
    old = now.date() - timedelta(days=demand.WORDS_KEPT_DAYS + 1)
    for words, count in (("cleo park", 2), ("zither", 3)):
        DemandEventFactory.create(day=old, words=words, count=count, service="mixing")
    DemandEventFactory.create(day=now.date(), words="fresh", count=1)
    DemandEventFactory.create(day=now.date() - timedelta(days=demand.KEPT_DAYS + 1), words="", count=9)

    demand.forget_old(now)

    assert counts() == [("search", "", "", 5), ("search", "fresh", "", 1)]
