"""The filters and orders of the search, alone and combined, on the page and in the API."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import BuilderProfile, Place, User
from coaching.models import Service
from core import clock
from core.models import ExchangeRate
from marketplace import listings, search, words
from marketplace.models import BuilderListing
from marketplace.search import SearchRequest, at_times, matching
from marketplace.words import KnownWords, known_words
from pathways.models import Skill
from scheduling import free_times
from tests.bookings.wire import CREATE, Caller
from tests.cast import make_builder_person
from tests.factories.coaching import OfferFactory
from tests.factories.marketplace import BuilderMetricsFactory
from tests.scheduling.cast import offer, open_hours

pytestmark = pytest.mark.django_db
API = "/api/marketplace/builders"
BOLD_THE = "\U0001d413\U0001d421\U0001d41e"  # letters that people copy to stand out


def builder(
    name: str, *, rate: str = "50", currency: str = "EUR", service: str = "mixing", town: str = "Berlin", **facts: Any
) -> User:
    person = make_builder_person(name, **facts)
    terms = OfferFactory.create(builder=person, currency=currency, hourly_rate=Decimal(rate))
    terms.services.add(Service.objects.get(slug=service))
    person.place = Place.objects.filter(name=town).order_by("-population").first()
    person.save()
    return person


@pytest.fixture
def crowd(db: None) -> dict[str, User]:
    people = {
        "mia": builder("Mia Mixer", headline="Mixing for choirs", bio="Café records, and whole albums."),
        "leo": builder("Leo Loud", rate="90", headline="Mixing loud bands"),
        "uma": builder("Uma Away", rate="60", currency="USD", town="Tokyo", headline="Mixing by night"),
        "ben": builder("Ben Coder", rate="40", service="app-review", headline="Reviews of apps"),
    }
    for name, (stars, count) in {"mia": (45, 10), "leo": (50, 10), "uma": (20, 5)}.items():
        BuilderMetricsFactory.create(
            builder_id=people[name].pk, rating_sum=stars, review_count=count, computed_at=clock.now()
        )
    ExchangeRate.objects.update_or_create(
        currency="EUR", defaults={"per_dollar": Decimal("0.5"), "as_of": clock.now().date()}
    )
    listings.refresh([person.pk for person in people.values()])
    return people


def names_found(query: str) -> list[str]:
    """Returns the first names of the builders that the API finds, in order."""
    answer = Client().get(f"{API}?{query}")
    assert answer.status_code == 200, answer.content
    return [row["displayName"].split()[0] for row in answer.json()["builders"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Leo", "Mia", "Ben", "Uma"]),
        ("q=mixing", ["Leo", "Mia", "Uma"]),
        ("q=mix+choir", ["Mia"]),
        ("q=cafe", ["Mia"]),
        ("q=choirz", ["Mia"]),
        ("q=zither", []),
        ("q=%25", []),
        ("service=mixing", ["Leo", "Mia", "Uma"]),
        ("service=MIXING&service=app-review", ["Leo", "Mia", "Ben", "Uma"]),
        ("minRating=4.5", ["Leo", "Mia"]),
        ("maxRate=55&currency=EUR", ["Mia", "Ben", "Uma"]),
        ("maxRate=60", ["Uma"]),
        ("location=Berlin", ["Leo", "Mia", "Ben"]),
        ("lat=52.5&lng=13.4&radius=10", ["Leo", "Mia", "Ben"]),
        ("location=Tokyo&radius=50", ["Uma"]),
        ("service=mixing&location=Berlin&maxRate=80&currency=EUR&minRating=4", ["Mia"]),
        ("sortBy=rate", ["Uma", "Ben", "Mia", "Leo"]),
        ("sortBy=distance&location=Berlin", ["Leo", "Mia", "Ben"]),
        ("sortBy=relevance&q=mixing", ["Leo", "Mia", "Uma"]),
        ("verified=true", []),
    ],
)
def test_filters_and_orders(crowd: dict[str, User], query: str, names: list[str]) -> None:
    assert (
        sorted(names_found(query)) == sorted(names)
        if "distance" in query or "relevance" in query
        else names_found(query) == names
    )


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("service=juggling", "service"), ("pathway=nowhere", "pathway"), ("skill=nothing", "skill"), ("roles=king", "roles"),
        ("location=Nowhereville", "location"), ("lat=1", "lng"), ("currency=XXX", "currency"), ("sortBy=distance", "sortBy"),
        ("sortBy=relevance", "sortBy"), ("radius=-1", "radius"), ("minRating=9", "minRating"), ("availableWithin=99", "availableWithin"),
        ("availableFrom=2030-01-01T00:00:00Z", "availableTo"), ("limit=101", "limit"), ("sessionCategory=PAID", "sessionCategory"),
        ("availableFrom=2030-01-02T00:00:00Z&availableTo=2030-01-01T00:00:00Z", "availableTo"), ("cursor=x", "cursor"),
    ],
)  # fmt: skip
def test_invalid_parameters_are_named(crowd: dict[str, User], query: str, field: str) -> None:
    answer = Client().get(f"{API}?{query}")

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field])


def test_statistics_cover_all_results_on_every_page(crowd: dict[str, User]) -> None:
    first = Client().get(f"{API}?service=mixing&limit=2&currency=EUR").json()
    second = Client().get(f"{API}?service=mixing&limit=2&currency=EUR&cursor={first['nextCursor']}").json()

    assert first["stats"] == second["stats"]
    assert first["stats"] == {
        "total": 3, "totalIsCapped": False, "avgRating": 4.5, "avgHourlyRate": "56.67", "currency": "EUR",
        "servicesAvailable": ["mixing"], "rolesAvailable": [],
    }  # fmt: skip
    assert len(first["builders"]) + len(second["builders"]) == 3


def test_providers_have_the_field_names_of_older_clients(crowd: dict[str, User]) -> None:
    body = Client().get("/api/marketplace/providers?service=mixing&limit=1").json()

    assert set(body["providers"][0]) == {
        "id", "displayName", "roles", "location", "hourlyRate", "dayRate", "currency", "servicesOffered", "rating",
        "reviewCount", "verified", "portfolioAssets", "languages", "availability", "nextAvailable", "_count",
    }  # fmt: skip
    assert body["providers"][0]["_count"] == {"bookingsAsProvider": 0, "receivedReviews": 10}


def test_metrics_have_an_etag_that_changes_with_them(crowd: dict[str, User]) -> None:
    address = f"{API}/mia-mixer/metrics"
    first = Client().get(address)
    assert first.json()["metrics"]["averageRating"] == 4.5
    tag = first["ETag"]
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == 304
    assert "max-age" in first["Cache-Control"]

    listings.recount([crowd["mia"].pk])
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == 200
    assert Client().get(f"{API}/nobody/metrics").status_code == 404


def test_a_hidden_builder_is_not_found(crowd: dict[str, User]) -> None:
    BuilderProfile.objects.filter(user=crowd["mia"]).update(is_published=False)
    listings.refresh([crowd["mia"].pk])

    assert "Mia" not in names_found("")
    assert Client().get(f"{API}/mia-mixer").status_code == 404


# Free times ------------------------------------------------------------------------------------------------


@pytest.fixture
def evening(crowd: dict[str, User]) -> User:
    """Mia works in the evening, Leo in the morning, both in Berlin."""
    open_hours(crowd["mia"], [(day, 18 * 60, 21 * 60) for day in range(7)])
    open_hours(crowd["leo"], [(day, 9 * 60, 12 * 60) for day in range(7)])
    for name in ("mia", "leo"):
        offer(crowd[name])
    free_times.refresh([crowd["mia"].pk, crowd["leo"].pk])
    return crowd["mia"]


def test_times_of_day_are_in_the_given_time_zone(evening: User) -> None:
    now = clock.now()

    def names(after: int, before: int, zone: str = "Europe/Berlin") -> list[str]:
        windows = at_times([], after, before, zone, now)
        return sorted(listing.name.split()[0] for listing in matching(SearchRequest(windows=windows)))

    assert names(18, 24) == ["Mia"]
    assert names(6, 12) == ["Leo"]
    assert names(0, 24) == ["Leo", "Mia"]
    assert names(13, 17) == []
    assert names(20, 21) == ["Mia"]
    assert names(2, 6, "Asia/Tokyo") == ["Mia"], "the same evening, seen from Tokyo"


@pytest.mark.parametrize("sort", ["rating", "rate", "distance", "soonest", "relevance"])
def test_every_order_can_be_combined_with_all_filters(evening: User, sort: str) -> None:
    query = f"q=mixing&service=mixing&location=Berlin&maxRate=999&availableWithin=14&sortBy={sort}"
    body = Client().get(f"{API}?{query}").json()

    assert sorted(row["slug"] for row in body["builders"]) == ["leo-loud", "mia-mixer"]
    assert {row["distanceMiles"] for row in body["builders"]} == {0.0}
    assert body["stats"]["total"] == 2


def test_free_within_days_and_between_two_times(evening: User) -> None:
    assert sorted(names_found("availableWithin=14")) == ["Leo", "Mia"]
    now = clock.now()
    first, last = (now + timedelta(days=days) for days in (40, 41))
    assert names_found(f"availableFrom={first:%Y-%m-%dT%H:%M:%SZ}&availableTo={last:%Y-%m-%dT%H:%M:%SZ}") == []
    assert names_found("sortBy=soonest")[:2] in (["Leo", "Mia"], ["Mia", "Leo"])


def test_an_api_client_finds_a_builder_and_books_them(evening: User, cleo: User) -> None:
    """Searches for mixing near Berlin, under 80 an hour, on one evening."""
    caller = Caller(cleo)
    berlin = ZoneInfo("Europe/Berlin")
    day = (clock.now().astimezone(berlin) + timedelta(days=5)).date()
    first, last = (
        datetime.fromtimestamp(edge, berlin).isoformat().replace("+", "%2B") for edge in search.on(day, 18, 24, berlin)
    )
    filters = "q=mixing&service=mixing&location=Berlin&maxRate=80&currency=EUR"
    [mia] = caller.send("GET", f"{API}?{filters}&availableFrom={first}&availableTo={last}").json()["builders"]
    assert mia["slug"] == "mia-mixer"
    [session] = caller.send("GET", f"{API}/{mia['id']}/session-types").json()["sessionTypes"]
    slots = f"/api/coaching/sessions/available?coachId={mia['id']}&sessionTypeId={session['id']}&from={day}&to={day}"
    slot = caller.send("GET", f"{slots}&timezone=Europe/Berlin").json()["availableSlots"][0]

    data = {"builderId": mia["id"], "sessionTypeId": session["id"], "scheduledTime": slot["startTime"]}
    answer = caller.post(CREATE, data)

    assert answer.status_code == 201
    assert answer.json()["booking"]["builder"]["slug"] == "mia-mixer"


def test_the_page_has_the_same_filters(evening: User, cleos: Client) -> None:
    page = cleos.get("/builders/?service=mixing&place=Berlin&max_rate=80&currency=EUR&time=evening").content.decode()

    assert "Mia Mixer" in page
    assert "Leo Loud" not in page
    assert "Within 50 km of Berlin" in page
    assert "Evenings from 18:00" in page
    day = (clock.now() + timedelta(days=5)).date()
    dated = cleos.get(f"/builders/?date={day}&time=evening").content.decode()
    assert "Mia Mixer" in dated
    assert "Leo Loud" not in dated
    assert "Mia Mixer" not in cleos.get(f"/builders/?date={day}&free=1").content.decode(), "not within a day"
    assert "Enter a date like" in cleos.get("/builders/?date=someday").content.decode()
    none = cleos.get("/builders/?service=mixing&max_rate=1").content.decode()
    assert "Without “At most €1 an hour”" in none
    wrong = cleos.get("/builders/?place=Nowhereville&rating=11&sort=sideways").content.decode()
    assert "We do not know a town with that name." in wrong


def test_anonymous_visitors_search_in_their_browsers_time_zone(evening: User) -> None:
    def names(zone: str) -> str:
        return Client().get("/builders/", {"time": "morning", "q": "mixing", "zone": zone}).content.decode()

    assert "Leo Loud" in names("Europe/Berlin")
    assert "Mia Mixer" not in names("Europe/Berlin")
    assert "(Berlin time)" in names("Europe/Berlin")
    assert "Mia Mixer" in names("America/Los_Angeles"), "her evening is their morning"
    assert "(UTC)" in names("Mars/Olympus")


def test_filters_by_skill_and_pathway(crowd: dict[str, User]) -> None:
    crowd["ben"].teaches.create(skill=Skill.objects.get(slug="teach-it"))
    listings.recount([crowd["ben"].pk])

    assert names_found("skill=teach-it") == ["Ben"]
    assert names_found("pathway=play") == []
    assert BuilderListing.objects.get(pk=crowd["ben"].pk).skills == [
        {"slug": "teach-it", "name": "Teach it to somebody", "is_fundamental": False}
    ]


def test_an_order_that_lacks_what_it_sorts_by_is_explained(evening: User) -> None:
    page = Client().get("/builders/?sort=distance").content.decode()

    assert "Enter a place to sort by distance." in page
    assert "Mia Mixer" in page


def test_an_unknown_town_comes_with_similar_ones(evening: User) -> None:
    page = Client().get("/builders/?place=Berlin, Atlantis&sort=distance").content.decode()

    assert "We do not know a town with that name. Did you mean Berlin, Germany" in page
    assert "Enter a place to sort by distance." not in page


@pytest.mark.parametrize(
    ("text", "queries", "expected"),
    [
        ("mixing", 1, KnownWords(common=("mixing:*",), is_together=True)),
        (f"{BOLD_THE} mixing", 1, KnownWords(common=("mixing:*",), is_together=True)),
        ("mixing choirs", 1, KnownWords(common=("mixing", "choirs:*"), is_together=True)),
        ("coder choirs", 1, KnownWords(common=("coder", "choirs:*"))),
        ("tokyo mixing", 1, KnownWords(common=("mixing:*",), rare=("tokyo",))),  # hers are the fewest stars
        ("mixxing", 1, KnownWords(rare=("mixing",), corrections=(("mixxing", "mixing"),))),
        ("mixing choirz", 2, KnownWords(common=("mixing",), unknown=("choirz",), similar=("choirs",))),
        ("xy mixing", 1, KnownWords(common=("mixing:*",), unknown=("xy",), similar=("",))),
    ],
)
def test_words_are_sorted_by_one_query_and_one_for_each_unknown_word(
    crowd: dict[str, User], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any, text: str, queries: int,
    expected: KnownWords,
) -> None:  # fmt: skip
    monkeypatch.setattr(words, "MOST_RANKED", 3)
    known_words("zither")  # reads the names of services, which are kept for a minute

    with django_assert_num_queries(queries):
        assert known_words(text) == expected
