"""The map and its pins, counts beside the search, favourites, the calendar of a profile, the preview of a listing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.demo_portraits import portrait
from accounts.models import BuilderProfile, Place, User
from accounts.services import set_avatar
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


def add_builder_at(name: str, at: tuple[float, float]) -> User:
    person = make_builder_person(name)
    BuilderProfile.objects.filter(pk=person.pk).update(latitude=Decimal(str(at[0])), longitude=Decimal(str(at[1])))
    listings.refresh([person.pk])
    return person


@pytest.fixture
def three_builders(db: None) -> None:
    for name, at in (("Berta", BERLIN), ("Paul", PARIS), ("Sela", SUVA)):
        add_builder_at(name, at)


def names(client: Client, **parameters: str) -> set[str]:
    return {pin["name"] for pin in client.get(f"/builders/pins.json?{urlencode(parameters)}").json()["pins"]}


# The map ---------------------------------------------------------------------------------------------------


def test_pins_are_the_matching_builders_with_a_location(client: Client, three_builders: None, ada: User) -> None:
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
def test_an_area_limits_pins_and_results(client: Client, three_builders: None, area: str, expected: set[str]) -> None:
    assert names(client, area=area) == expected
    page = client.get("/builders/", {"area": area, "view": "map"}).content.decode()
    assert {name for name in ("Berta", "Paul", "Sela") if name in page} == expected
    assert "In this part of the map" in page


@pytest.mark.parametrize("area", ["nonsense", "1,2,3", "50,0,40,10", "0,0,91,0", "0,-181,1,0", "nan,0,1,1", ""])
def test_an_invalid_area_is_ignored(client: Client, three_builders: None, area: str) -> None:
    assert parsed_area(area) is None
    assert names(client, area=area) == {"Berta", "Paul", "Sela"}


def test_the_list_beside_the_map_works_without_javascript(client: Client, three_builders: None) -> None:
    page = client.get("/builders/?view=map").content.decode()

    assert 'data-pins="/builders/pins.json?view=map"' in page
    assert "<noscript>" in page
    assert "Berta" in page


def test_pins_and_towns_are_one_query_each(
    client: Client, three_builders: None, django_assert_num_queries: Any
) -> None:
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


def test_towns_on_both_sides_of_the_date_line(client: Client) -> None:
    towns = {town["name"] for town in client.get("/builders/towns.json?area=-25,170,0,-170").json()["towns"]}

    assert "Suva" in towns
    assert "Berlin" not in towns


def test_tiles_are_used_if_configured(client: Client, settings: Any) -> None:
    assert "data-tiles" not in client.get("/builders/?view=map").content.decode()

    settings.MAP_TILES, settings.MAP_CREDIT = "https://tiles.example/{z}/{x}/{y}.png", "© Somebody"
    page = client.get("/builders/?view=map").content.decode()
    assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png" data-credit="© Somebody"' in page


def test_the_url_of_the_tiles_is_validated_at_start() -> None:
    assert Environment(demo=True, map_tiles="https://{s}.tiles.example/{z}/{x}/{y}.png").map_tiles
    for wrong in ("http://tiles.example/{z}/{x}/{y}.png", "https://tiles.example/"):
        with pytest.raises((ValueError, ImproperlyConfigured)):
            Environment(demo=True, map_tiles=wrong)


# Counts ----------------------------------------------------------------------------------------------------


def test_each_filter_value_has_its_count(client: Client, ada: User) -> None:
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


def test_counts_have_a_limited_number_of_queries(client: Client, ada: User, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(11):  # and the lists of choices
        client.get("/builders/counts/")


def test_large_counts_are_cached(ada: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    free_session(ada)
    listings.recount()
    monkeypatch.setattr(queries, "CACHE_ABOVE", 0)

    first = queries.facets(SearchRequest(), "many")
    with django_assert_num_queries(0):
        assert queries.facets(SearchRequest(), "many") == first
    assert dict(first["category"]) == {"FREE": 1}


# Favourites ----------------------------------------------------------------------------------------------------


def test_a_card_shows_the_builders_picture(client: Client, ada: User) -> None:
    set_avatar(user=ada, picture=portrait("Ada Moreno"))
    listings.refresh([ada.pk])
    ada.refresh_from_db()

    page = client.get("/builders/").content.decode()

    assert f'src="{ada.avatar.url}"' in page
    assert client.get(ada.avatar.url).status_code == 200


def test_the_favourite_button_on_a_card(cleos: Client, cleo: User, ada: User) -> None:
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


def test_saving_a_favourite_redirects_only_within_the_site(cleos: Client, ada: User) -> None:
    answer: Any = cleos.post("/builders/ada-moreno/keep/", {"act": "keep", "next": "https://evil.example/"})

    assert answer.url == "/builders/ada-moreno/"


def test_builders_and_anonymous_visitors_have_no_favourite_button(client: Client, adas: Client, ada: User) -> None:
    listings.refresh([ada.pk])
    assert "heart__button" not in adas.get("/builders/").content.decode()
    adas.logout()
    assert "heart__button" not in client.get("/builders/").content.decode()


# The profile -----------------------------------------------------------------------------------------------


def test_days_of_the_calendar_link_to_the_wizard(client: Client, ada: User) -> None:
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


def test_a_builder_without_session_types_has_no_calendar(client: Client, ada: User) -> None:
    assert "The next two weeks" not in client.get("/builders/ada-moreno/").content.decode()


def test_a_profile_with_a_place_has_a_map(client: Client, ada: User) -> None:
    assert "data-lat" not in client.get("/builders/ada-moreno/").content.decode()
    User.objects.filter(pk=ada.pk).update(place=Place.objects.filter(name="Berlin").first())

    page = client.get("/builders/ada-moreno/").content.decode()
    assert 'data-lat="52.52' in page


def test_a_hidden_builder_cannot_be_booked(
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


# Editing the listing --------------------------------------------------------------------------------

WORDS = {"headline": "Says it in one line", "bio": "Long enough.", "is_published": "on"}


def test_the_preview_saves_nothing_and_the_form_does(adas: Client, ada: User) -> None:
    listings.refresh([ada.pk])

    seen = adas.post("/dashboard/listing/preview/", {**WORDS, "headline": "<b>Another line</b>"}).content.decode()
    assert seen.count("&lt;b&gt;Another line&lt;/b&gt;") == 2, "on both cards"
    ada.builder_profile.refresh_from_db()
    assert ada.builder_profile.headline != "<b>Another line</b>", "the preview saves nothing"

    assert adas.post("/dashboard/listing/", {"act": "save", **WORDS}).status_code == 302
    ada.builder_profile.refresh_from_db()
    assert ada.builder_profile.headline == "Says it in one line"


def test_a_listing_requires_a_headline(adas: Client, ada: User) -> None:
    answer = adas.post("/dashboard/listing/", {"act": "save", **WORDS, "headline": ""})

    assert answer.status_code == 422
    assert "Enter a headline." in answer.content.decode()
