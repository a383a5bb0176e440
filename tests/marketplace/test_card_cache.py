"""Builder cards that are cached as a whole, with markers for what depends on the reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from coaching.models import SessionType
from core import clock, redis_outage
from marketplace import listings, queries
from marketplace.models import BuilderListing, BuilderMetrics
from scheduling import free_times
from scheduling.models import SessionAvailability
from tests.bookings.cast import shop

pytestmark = pytest.mark.django_db
CARD = "marketplace/_card_v2.html"


@pytest.fixture
def next_slot(ada: User) -> datetime:
    session_type: SessionType = shop(ada)
    listings.recount()
    free_times.refresh([ada.pk])
    slot = SessionAvailability.objects.get(session_type=session_type).next_slot
    assert slot is not None
    return slot


def results(client: Client, address: str = "/builders/") -> str:
    page = client.get(address).content.decode().partition('id="results"')[2]
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def written(at: datetime, zone: str, style: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime(style)


def test_a_card_is_rendered_once(next_slot: datetime, client: Client, settings: Any) -> None:
    first, second = (client.get("/builders/") for _ in range(2))
    assert CARD in [template.name for template in first.templates]
    assert CARD not in [template.name for template in second.templates]
    assert "Ada Moreno" in second.content.decode()

    settings.CARD_CACHE = False
    assert CARD in [template.name for template in client.get("/builders/").templates]


def test_a_card_whose_numbers_are_counted_while_it_is_read_has_none_from_before(next_slot: datetime) -> None:
    later = clock.now() + timedelta(hours=1)
    counted: list[int] = []

    def count_after_the_first_query(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if not counted and "marketplace_buildermetrics" in sql:
            counted.append(1)
            BuilderMetrics.objects.update(computed_at=later)
        return answer

    with connection.execute_wrapper(count_after_the_first_query):
        [card] = queries.cards_of(BuilderListing.objects.all())

    assert card.metrics is not None
    assert card.computed_at is not None
    assert card.metrics.computed_at == later >= card.computed_at


def test_readers_of_a_cached_card_see_their_own_zone_and_hours(
    next_slot: datetime, client: Client, cleo: User, suri: User, browser_of: Callable[[User | None], Client]
) -> None:
    zones = {cleo: ("Asia/Tokyo", "24", "%-d %b, %H:%M"), suri: ("America/New_York", "12", "%-d %b, %-I:%M %p")}
    for person, (zone, hours, _) in zones.items():
        User.objects.filter(pk=person.pk).update(timezone=zone, hour_format=hours)
    assert written(next_slot, "Europe/Berlin", "%a %-d %b </dd>") in results(client)

    for person, (zone, _, style) in zones.items():
        assert written(next_slot, zone, style) in results(browser_of(User.objects.get(pk=person.pk)))


def test_each_reader_of_a_cached_card_has_their_own_heart(
    next_slot: datetime, ada: User, cleo: User, suri: User, browser_of: Callable[[User | None], Client]
) -> None:
    cleos, suris = browser_of(cleo), browser_of(suri)
    cleos.post("/builders/ada-moreno/keep/", {"act": "keep"})

    assert 'aria-pressed="true"' in results(cleos)
    assert 'aria-pressed="false"' in results(suris, "/builders/?q=ada")
    assert 'name="next" value="/builders/?q=ada"' in results(suris, "/builders/?q=ada")
    assert "heart__button" not in results(browser_of(ada)), "nobody saves themselves"
    assert "heart__button" not in results(browser_of(None))


def test_the_heart_of_a_cached_card_can_be_pressed_by_its_reader(next_slot: datetime, cleo: User, suri: User) -> None:
    for person in (cleo, suri):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(person)
        page = browser.get("/builders/").content.decode()
        token = re.search(r'class="heart".*?name="csrfmiddlewaretoken" value="(\w+)"', page, re.DOTALL)
        assert token, "the form has a token"
        answer = browser.post("/builders/ada-moreno/keep/", {"act": "keep", "csrfmiddlewaretoken": token[1]})
        assert answer.status_code == 302


def test_a_time_that_has_gone_leaves_the_cached_card(next_slot: datetime, client: Client) -> None:
    assert written(next_slot, "Europe/Berlin", "%-d %b") in results(client)

    SessionType.objects.update(is_active=False)

    page = results(client)
    assert "Nothing to book at the moment" in page
    assert "bcard__book" not in page


def test_cards_are_the_same_while_redis_is_away(next_slot: datetime, client: Client, cleos: Client) -> None:
    for browser in (client, cleos):
        redis_outage.forget()
        before = results(browser)
        redis_outage.note()
        assert results(browser) == before


def test_a_distance_has_the_readers_unit(next_slot: datetime, ada: User, client: Client) -> None:
    ada.builder_profile.latitude, ada.builder_profile.longitude = 52.4, 13.06
    ada.builder_profile.save()
    listings.refresh([ada.pk])

    assert re.search(r"2\d km away", results(client, "/builders/?place=Berlin&km=50"))
    assert re.search(r"1\d miles away", results(client, "/builders/?place=Berlin&miles=50"))
