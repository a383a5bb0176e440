"""The map and its pins, counts beside the search, hearts, the two weeks of a profile, and the preview of a listing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.models import BuilderProfile, Place, User
from config.environment import Environment
from marketplace import listings, maps, queries, services
from marketplace.forms import parsed_area
from marketplace.models import Favourite
from marketplace.search import SearchRequest
from pathways.models import Pathway
from scheduling import free_times
from tests.cast import make_builder_person
from tests.scheduling.cast import free_session, offer, open_hours, rates

pytestmark = pytest.mark.django_db
BERLIN, PARIS, SUVA = (52.52, 13.4), (48.86, 2.35), (-18.14, 178.44)


def put(name: str, at: tuple[float, float]) -> User:
    person = make_builder_person(name)
    BuilderProfile.objects.filter(pk=person.pk).update(latitude=Decimal(str(at[0])), longitude=Decimal(str(at[1])))
    listings.refresh([person.pk])
    return person


@pytest.fixture
def three(db: None) -> None:
    for name, at in (("Berta", BERLIN), ("Paul", PARIS), ("Sela", SUVA)):
        put(name, at)


def names(client: Client, **asked: str) -> set[str]:
    return {pin["name"] for pin in client.get(f"/builders/pins.json?{urlencode(asked)}").json()["pins"]}


# The map ---------------------------------------------------------------------------------------------------


def test_pins_are_those_who_match_and_say_where_they_are(client: Client, three: None, ada: User) -> None:
    rates(ada)
    assert names(client) == {"Berta", "Paul", "Sela"}
    assert names(client, q="paul") == {"Paul"}


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("50,10,55,15", {"Berta"}),
        ("45,0,55,15", {"Berta", "Paul"}),
        ("-30,170,0,-170", {"Sela"}),
        ("60,0,70,10", set()),
    ],
)
def test_only_what_the_map_looks_at(client: Client, three: None, area: str, expected: set[str]) -> None:
    assert names(client, area=area) == expected
    page = client.get("/builders/", {"area": area, "view": "map"}).content.decode()
    assert {name for name in ("Berta", "Paul", "Sela") if name in page} == expected
    assert "In this part of the map" in page


@pytest.mark.parametrize("area", ["nonsense", "1,2,3", "50,0,40,10", "0,0,91,0", "0,-181,1,0", "nan,0,1,1", ""])
def test_an_area_that_makes_no_sense_is_none(client: Client, three: None, area: str) -> None:
    assert parsed_area(area) is None
    assert names(client, area=area) == {"Berta", "Paul", "Sela"}


def test_the_list_beside_the_map_is_there_without_javascript(client: Client, three: None) -> None:
    page = client.get("/builders/?view=map").content.decode()

    assert 'data-pins="/builders/pins.json?view=map"' in page
    assert "<noscript>" in page
    assert "Berta" in page


def test_pins_and_towns_are_one_query_each(client: Client, three: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert len(maps.pins(listings_of())) == 3
    area = parsed_area("52,13,53,14")
    assert area
    with django_assert_num_queries(1):
        assert maps.towns(area)[0]["name"] == "Berlin"
    assert client.get("/builders/towns.json?area=52,13,53,14").headers["Cache-Control"].startswith("public")
    assert client.get("/builders/towns.json").json() == {"towns": []}


def listings_of() -> Any:
    from marketplace.models import BuilderListing

    return BuilderListing.objects.public()


def test_towns_over_the_date_line(client: Client) -> None:
    towns = {town["name"] for town in client.get("/builders/towns.json?area=-25,170,0,-170").json()["towns"]}

    assert "Suva" in towns
    assert "Berlin" not in towns


def test_tiles_are_asked_for_where_they_are_set(client: Client, settings: Any) -> None:
    assert "data-tiles" not in client.get("/builders/?view=map").content.decode()

    settings.MAP_TILES, settings.MAP_CREDIT = "https://tiles.example/{z}/{x}/{y}.png", "© Somebody"
    page = client.get("/builders/?view=map").content.decode()
    assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png" data-credit="© Somebody"' in page


def test_an_address_of_tiles_is_checked_at_start() -> None:
    assert Environment(demo=True, map_tiles="https://{s}.tiles.example/{z}/{x}/{y}.png").map_tiles
    for wrong in ("http://tiles.example/{z}/{x}/{y}.png", "https://tiles.example/"):
        with pytest.raises((ValueError, ImproperlyConfigured)):
            Environment(demo=True, map_tiles=wrong)


# Counts ----------------------------------------------------------------------------------------------------


def test_how_many_there_would_be_of_each(client: Client, ada: User) -> None:
    bo = make_builder_person("Bo Builder")
    for person in (ada, bo):
        free_session(person)
    offer(bo, price="50.00").pathways.add(Pathway.objects.get(slug="play"))
    listings.recount()

    page = client.get("/builders/counts/").content.decode()
    assert '<a href="/builders/?pathway=play">Play</a> <span class="soft">1<' in page
    assert '<a href="/builders/?category=FREE">Free</a> <span class="soft">2<' in page

    narrowed = client.get("/builders/counts/?pathway=play&q=builder&after=x").content.decode()
    assert "<strong>Play</strong>" in narrowed
    assert (
        '<a href="/builders/?pathway=play&amp;q=builder&amp;category=FREE">Free</a> <span class="soft">1<' in narrowed
    )


def test_counting_costs_the_same_for_few_and_many(
    client: Client, ada: User, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(11):  # and the lists of choices
        client.get("/builders/counts/")


def test_many_are_counted_once_a_minute(
    ada: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    free_session(ada)
    listings.recount()
    monkeypatch.setattr(queries, "FEW", 0)

    first = queries.facets(SearchRequest(), "many")
    with django_assert_num_queries(0):
        assert queries.facets(SearchRequest(), "many") == first
    assert dict(first["category"]) == {"FREE": 1}


# Hearts ----------------------------------------------------------------------------------------------------


def test_a_heart_on_a_card(cleos: Client, cleo: User, ada: User) -> None:
    listings.refresh([ada.pk])
    page = cleos.get("/builders/").content.decode()
    assert 'aria-pressed="false"' in page

    part = cleos.post("/builders/ada-moreno/keep/", {"act": "keep"}, headers={"HX-Request": "true"}).content.decode()
    assert 'aria-pressed="true"' in part
    assert "<html" not in part
    assert Favourite.objects.filter(person=cleo).count() == 1
    assert 'aria-pressed="true"' in cleos.get("/builders/").content.decode()

    answer: Any = cleos.post("/builders/ada-moreno/keep/", {"act": "forget", "next": "/builders/?q=ada"})
    assert answer.url == "/builders/?q=ada"
    assert not Favourite.objects.exists()


def test_after_a_heart_one_is_sent_nowhere_else(cleos: Client, ada: User) -> None:
    answer: Any = cleos.post("/builders/ada-moreno/keep/", {"act": "keep", "next": "https://evil.example/"})

    assert answer.url == "/builders/ada-moreno/"


def test_nobody_is_asked_to_keep_themselves_and_strangers_not_at_all(client: Client, adas: Client, ada: User) -> None:
    listings.refresh([ada.pk])
    assert "heart__button" not in adas.get("/builders/").content.decode()
    adas.logout()
    assert "heart__button" not in client.get("/builders/").content.decode()


# The profile -----------------------------------------------------------------------------------------------


def test_the_two_weeks_lead_to_the_wizard_with_their_day(client: Client, ada: User) -> None:
    rates(ada)
    open_hours(ada)
    free = free_session(ada)
    free_times.refresh([ada.pk])

    page = client.get("/builders/ada-moreno/").content.decode()
    assert "The next two weeks" in page
    day = page.partition('href="/book/ada-moreno/?day=')[2][:10]
    assert len(day) == 10
    step = client.get(f"/book/ada-moreno/?day={day}").content.decode()
    assert f"/book/ada-moreno/{free.pk}/?day={day}" in step


def test_a_builder_without_sessions_shows_no_weeks(client: Client, ada: User) -> None:
    assert "The next two weeks" not in client.get("/builders/ada-moreno/").content.decode()


def test_the_map_of_a_profile(client: Client, ada: User) -> None:
    assert "data-lat" not in client.get("/builders/ada-moreno/").content.decode()
    User.objects.filter(pk=ada.pk).update(place=Place.objects.filter(name="Berlin").first())

    page = client.get("/builders/ada-moreno/").content.decode()
    assert 'data-lat="52.52' in page


def test_who_is_hidden_cannot_be_booked_either(
    ada: User, alex: User, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    rates(ada)
    open_hours(ada)
    free = free_session(ada)
    stranger = browser_of(None)
    addresses = ["/builders/ada-moreno/", "/book/ada-moreno/", f"/book/ada-moreno/{free.pk}/"]
    assert [stranger.get(address).status_code for address in addresses] == [200, 200, 200]

    services.hide(profile=ada.builder_profile, by=alex, reason="Spam")

    assert [stranger.get(address).status_code for address in addresses] == [404, 404, 404]
    answer = stranger.get(f"/api/coaching/sessions/available?coachId={ada.pk}&from=2030-01-01&to=2030-01-02")
    assert answer.status_code == 404


# The listing, edited in place --------------------------------------------------------------------------------

WORDS = {"headline": "Says it in one line", "bio": "Long enough.", "is_published": "on"}


def test_a_listing_is_edited_beside_its_cards(adas: Client, ada: User) -> None:
    listings.refresh([ada.pk])

    seen = adas.post("/dashboard/listing/preview/", {**WORDS, "headline": "<b>Another line</b>"}).content.decode()
    assert seen.count("&lt;b&gt;Another line&lt;/b&gt;") == 2, "on both cards"
    ada.builder_profile.refresh_from_db()
    assert ada.builder_profile.headline != "<b>Another line</b>", "looking saves nothing"

    assert adas.post("/dashboard/listing/", {"act": "save", **WORDS}).status_code == 302
    ada.builder_profile.refresh_from_db()
    assert ada.builder_profile.headline == "Says it in one line"


def test_a_listing_without_a_line_says_so(adas: Client, ada: User) -> None:
    answer = adas.post("/dashboard/listing/", {"act": "save", **WORDS, "headline": ""})

    assert answer.status_code == 422
    assert "Enter a headline." in answer.content.decode()
