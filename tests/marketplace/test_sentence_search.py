"""Searches by a sentence: any of its words, the filters in it, and what the results say."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import BuilderProfile, Place, User
from coaching.models import Service, SessionType
from core import clock
from core.models import ExchangeRate
from marketplace import listings
from marketplace.models import BuilderListing, ListedWord
from scheduling import free_times
from scheduling.services import ScheduleHours, save_schedule
from tests.cast import make_builder_person
from tests.factories.coaching import OfferFactory
from tests.scheduling.cast import offer, open_hours

pytestmark = pytest.mark.django_db
API = "/api/marketplace/builders"
SENTENCE = "someone for mixing near Berlin under 80 euros free on a weekday evening"
EVENING, MORNING = (18 * 60, 21 * 60), (9 * 60, 12 * 60)


def add_builder(name: str, headline: str, hours: tuple[int, int], *, rate: str = "50", town: str = "Berlin") -> User:
    person = make_builder_person(name, headline=headline, bio="Patient.")
    OfferFactory.create(builder=person, currency="EUR", hourly_rate=Decimal(rate))
    person.place = Place.objects.filter(name=town).order_by("-population").first()
    person.save()
    open_hours(person, [(day, *hours) for day in range(7)])
    offer(person)
    return person


@pytest.fixture
def crowd(db: None) -> dict[str, User]:
    ExchangeRate.objects.update_or_create(
        currency="EUR", defaults={"per_dollar": Decimal("0.9"), "as_of": clock.now().date()}
    )
    people = {
        "mia": add_builder("Mia Mixer", "Mixing for choirs", EVENING),
        "leo": add_builder("Leo Loud", "Mixing loud bands", MORNING),
        "uma": add_builder("Uma Away", "Mixing far away", EVENING, town="Tokyo"),
        "ivo": add_builder("Ivo Dear", "Mixing and choirs, slowly", EVENING, rate="180"),
        "ben": add_builder("Ben Coder", "Reviews of apps", EVENING),
    }
    BuilderProfile.objects.filter(user=people["mia"]).update(languages=["en", "de"])
    SessionType.objects.filter(builder=people["leo"]).update(is_remote=False, is_in_person=True)
    ids = [person.pk for person in people.values()]
    free_times.refresh(ids)
    listings.recount(ids)
    return people


def names_on_page(page: str) -> list[str]:
    names = ("Mia Mixer", "Leo Loud", "Uma Away", "Ivo Dear", "Ben Coder")
    shown = sorted((name for name in names if name in page), key=page.index)  # a token can contain "Ivo"
    return [name.split()[0] for name in shown]


def search(query: str, **headers: str) -> str:
    return (
        Client().get("/builders/", {"q": query, "zone": "Europe/Berlin"}, follow=True, headers=headers).content.decode()
    )


def test_a_sentence_becomes_filters_and_finds_the_builder(crowd: dict[str, User]) -> None:
    answer = Client().get("/builders/", {"q": SENTENCE, "zone": "Europe/Berlin", "service": ""})

    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query) == {
        "q": ["mixing"], "zone": ["Europe/Berlin"], "place": ["Berlin"], "max_rate": ["80"], "currency": ["EUR"],
        "day": ["weekdays"], "time": ["evening"],
    }  # fmt: skip
    page = search(SENTENCE)
    assert names_on_page(page) == ["Mia"]
    for chip in ("Weekdays", "Evenings from 18:00", "At most €80 an hour", "Within 50 km of Berlin"):
        assert chip in page


def test_results_follow_a_sentence_while_it_is_typed(crowd: dict[str, User]) -> None:
    answer = Client().get("/builders/", {"q": SENTENCE}, headers={"HX-Request": "true", "HX-Target": "results"})

    assert answer.status_code == 200
    assert answer["HX-Push-Url"].startswith("/builders/?q=mixing&place=Berlin")
    assert 'id="show-count" hx-swap-oob="true"' in answer.content.decode()
    assert "<h1>" not in answer.content.decode()


def test_a_new_sentence_replaces_the_filters_that_it_names(crowd: dict[str, User]) -> None:
    answer = Client().get(
        "/builders/", {"q": "mixing within 10 km of Tokyo", "place": "Berlin", "miles": "25", "after": "x"}
    )

    assert answer["Location"] == "/builders/?q=mixing&place=Tokyo&km=10"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("mixing choirs", ["Ivo", "Mia", "Leo", "Uma"]),
        ("choirs zither", ["Ivo", "Mia"]),
        ("choirz", ["Ivo", "Mia"]),
        ("aps choirz", ["Ivo", "Mia"]),
        ("mixing choirz", ["Ivo", "Mia", "Leo", "Uma"]),
        ("somebody who can help me with apps", ["Ben"]),
        ("mixing Tokyo", ["Uma", "Ivo", "Leo", "Mia"]),
        ("zither", []),
    ],
)
def test_any_word_counts_and_those_with_most_come_first(crowd: dict[str, User], words: str, names: list[str]) -> None:
    shown = names_on_page(search(words))

    assert sorted(shown) == sorted(names)
    top = {"mixing choirs": 2, "mixing choirz": 2, "mixing Tokyo": 1}.get(words, 0)
    assert set(shown[:top]) == set(names[:top])


def test_other_orders_show_those_who_have_all_the_words(crowd: dict[str, User]) -> None:
    def names(query: str) -> list[str]:
        return sorted(row["displayName"].split()[0] for row in Client().get(f"{API}?{query}").json()["builders"])

    assert names("q=mixing+choirs") == ["Ivo", "Mia"]
    assert names("q=mixing+choirs&sortBy=relevance") == ["Ivo", "Leo", "Mia", "Uma"]
    assert names("q=apps+choirs") == ["Ben", "Ivo", "Mia"], "nobody has both"


def test_a_misspelt_word_is_named(crowd: dict[str, User]) -> None:
    assert "No builder mentions “choirz”; similar words count too." in search("mixing choirz")


def test_words_that_no_listing_has_any_more_are_forgotten_at_night(crowd: dict[str, User]) -> None:
    ListedWord.objects.filter(word="mixing").delete()
    assert ListedWord.objects.filter(word="choirs").exists()

    BuilderProfile.objects.filter(user__in=[crowd["ivo"], crowd["mia"]]).update(is_published=False)
    listings.recount()

    assert not ListedWord.objects.filter(word="choirs").exists()
    assert ListedWord.objects.filter(word="mixing").exists()


@pytest.mark.parametrize(("typed", "word"), [("mixng", "mixing"), ("coahc", "coach"), ("desinger", "designer")])
def test_a_misspelt_name_of_a_service_or_role_is_corrected(crowd: dict[str, User], typed: str, word: str) -> None:
    page = search(typed)

    assert f"No builder mentions “{typed}”; this is for “{word}”." in page
    assert names_on_page(page) == names_on_page(search(word))


def test_a_card_found_by_time_shows_that_time_and_opens_there(crowd: dict[str, User]) -> None:
    page = search("mixing near Berlin on a weekday evening under 80 euros")
    session = SessionType.objects.get(builder=crowd["mia"])

    address = page.partition(f"/book/mia-mixer/{session.pk}/?")[2].partition('"')[0].replace("&amp;", "&")
    assert parse_qs(address)["zone"] == ["Europe/Berlin"]
    day = parse_qs(address)["day"][0]
    berlin = clock.now().astimezone(ZoneInfo("Europe/Berlin"))
    ahead = [berlin.date() + timedelta(days=number) for number in range(15)]
    assert day in [str(date) for date in ahead if date.weekday() < 5]
    hour = re.search(r", (1[89]|2\d):", page.partition("bcard__slot")[2].partition("</p>")[0])
    assert hour, "the next evening hour: at six, unless it is later today"

    step = Client().get(f"/book/mia-mixer/{session.pk}/?{address.partition('#')[0]}").content.decode()
    chosen = step.partition("Continue with")[2].partition("</button>")[0].strip()
    assert chosen.startswith(f"{hour[1]}:")
    assert 'aria-current="true"' in step
    assert 'id="day-title"' in step, "where the address scrolls to"


def test_languages_and_formats_are_filters(crowd: dict[str, User]) -> None:
    assert names_on_page(search("mixing in German")) == ["Mia"]
    assert names_on_page(search("mixing in person")) == ["Leo"]
    assert "Leo" not in names_on_page(search("mixing remote"))

    def names(query: str) -> list[str]:
        return sorted(row["displayName"].split()[0] for row in Client().get(f"{API}?{query}").json()["builders"])

    assert names("language=de&language=fr") == ["Mia"]
    assert names("remote=false") == ["Leo"]
    assert names("remote=true&q=mixing") == ["Ivo", "Mia", "Uma"]
    wrong = Client().get(f"{API}?language=xx")
    assert (wrong.status_code, list(wrong.json()["error"]["fields"])) == (422, ["language"])


@pytest.mark.parametrize(
    ("language", "distance"),
    [("en-US,en;q=0.9", "Within 25 miles of"), ("en-GB", "Within 25 miles of"), ("de-DE", "Within 50 km of"),
     ("en", "Within 50 km of"), ("", "Within 50 km of")],
)  # fmt: skip
def test_distances_are_in_the_unit_of_the_readers_region(crowd: dict[str, User], language: str, distance: str) -> None:
    assert distance in search("mixing near Berlin", **{"Accept-Language": language})


def test_a_search_that_finds_nobody_says_what_to_change(crowd: dict[str, User]) -> None:
    page = search("mixing near Tokyo under 20 euros")

    assert "Nobody for “mixing” with all these filters" in page
    assert "Without “At most €20 an hour”" in page
    assert "?q=mixing&amp;zone=Europe%2FBerlin&amp;place=Tokyo" in page

    two = search("mixing near Tokyo under 20 euros speaking German")
    assert "Only “mixing”" in two
    assert "Only “Speaks German”" in two


@pytest.mark.parametrize(("words", "service"), [("guitar lessons", "Songwriting"), ("guitars", "Songwriting")])
def test_a_search_without_results_suggests_the_nearest_service_for_each_word(
    crowd: dict[str, User], words: str, service: str
) -> None:
    crowd["mia"].offer.services.set(Service.objects.filter(slug="songwriting"))
    listings.recount([crowd["mia"].pk])

    page = search(words)

    assert f"Nobody for “{words}”" in page
    assert f"{service} for “{words.split(maxsplit=1)[0]}”" in page
    assert "?zone=Europe%2FBerlin&amp;service=songwriting" in page


def test_a_search_for_something_unknown_suggests_what_builders_here_do(crowd: dict[str, User]) -> None:
    crowd["mia"].offer.services.set(Service.objects.filter(slug="photography"))
    listings.recount([crowd["mia"].pk])

    page = search("zither")

    assert "?zone=Europe%2FBerlin&amp;service=photography" in page


def test_a_search_by_day_and_time_without_results_suggests_other_days_and_times(crowd: dict[str, User]) -> None:
    only_mondays = save_schedule(
        schedule=crowd["leo"].schedules.get(), week=ScheduleHours(rules=[(0, *MORNING)]), by=crowd["leo"]
    )
    free_times.refresh([only_mondays.builder_id])

    weekend = search("loud on a weekend morning")
    assert "On another day" in weekend
    assert "?q=loud&amp;zone=Europe%2FBerlin&amp;time=morning" in weekend

    evening = search("loud on a monday evening")
    assert "At another time of day" in evening
    assert "?q=loud&amp;zone=Europe%2FBerlin&amp;day=0" in evening


def test_the_languages_of_builders_lead_to_the_search(crowd: dict[str, User]) -> None:
    BuilderProfile.objects.exclude(user=crowd["mia"]).update(languages=["en"])
    listings.recount([person.pk for person in crowd.values()])

    page = Client().get("/builders/languages/").content.decode()

    assert page.index(">English</a>") < page.index(">German</a>"), "the most spoken first"
    assert "/builders/?language=de" in page
    assert 'href="/builders/languages/"' in Client().get("/help/").content.decode(), "in the footer of each page"


def test_results_carry_a_calendar_of_the_next_seven_days(crowd: dict[str, User]) -> None:
    rows = {row["slug"]: row for row in Client().get(API).json()["builders"]}
    berlin = clock.now().astimezone(ZoneInfo("Europe/Berlin")).date()

    days = rows["mia-mixer"]["availability"]
    assert [day["date"] for day in days] == [str(berlin + timedelta(days=number)) for number in range(7)]
    assert all(day["slots"] > 0 for day in days[3:])
    assert rows["mia-mixer"]["languages"] == ["en", "de"]
    assert Client().get(f"{API}/mia-mixer").json()["builder"]["availability"] == days


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%ff", "q=" + "near+" * 500, "q=" + "x" * 5000, "q=near+%E2%82%AC", "q=under+99999999999999999999", "km=abc",
        "km=0", "km=999999", "miles=-1&place=Berlin", "time=after99", "time=after24", "language=xx", "format=both", "q='&sort=",
        "q=%26%7C%21%3A*", "q=mixing%3A*+%26", "after=zzz&q=mixing", "date=0000-00-00", "max_rate=1e400", "max_rate=NaN", "zone=x",
    ],
)  # fmt: skip
def test_wrong_input_is_never_an_error_of_the_server(crowd: dict[str, User], query: str) -> None:
    assert Client().get(f"/builders/?{query}", follow=True).status_code in (200, 400)  # 400 for control characters
    assert Client().get(f"/builders/counts/?{query}").status_code in (200, 400)


@pytest.mark.parametrize("builders", [1, 12])
def test_a_search_by_all_filters_has_a_constant_number_of_queries(
    crowd: dict[str, User], builders: int, django_assert_num_queries: Any
) -> None:
    more = [add_builder(f"Mixer {number}", "Mixing", EVENING) for number in range(builders)]
    ids = [person.pk for person in more]
    free_times.refresh(ids)
    listings.recount(ids)
    client, address = (
        Client(),
        "/builders/?q=mixing+choirs&place=Berlin&max_rate=80&currency=EUR&day=weekdays&time=evening",
    )
    client.get(address)  # caches the flags and the cards

    with django_assert_num_queries(7):
        client.get(address)


@pytest.mark.parametrize(
    "filters", ["rating=4.5", "rating=4.5&verified=on&language=yo&max_rate=1&currency=EUR&category=FREE"]
)
def test_a_search_that_finds_nobody_looks_its_words_up_once(
    crowd: dict[str, User], filters: str, django_assert_max_num_queries: Any
) -> None:
    client, address = Client(), f"/builders/?q=mixing+zzzzz&sort=rate&language=yo&{filters}"
    client.get(address)  # caches the flags

    with django_assert_max_num_queries(40) as queries:
        client.get(address)

    assert sum("<% word " in query["sql"] for query in queries.captured_queries) == 1


def test_the_town_of_a_listing_is_chosen_by_name(browser_of: Any, crowd: dict[str, User]) -> None:
    mia = crowd["mia"]
    BuilderProfile.objects.filter(user=mia).update(latitude="52.500000", longitude="13.400000")
    words = {"act": "save", "headline": "Mixing for choirs", "bio": "", "is_published": "on", "languages": ["de", "pl"]}

    page = browser_of(mia).get("/dashboard/listing/").content.decode()
    assert 'value="Berlin, Germany"' in page
    assert "atitude" not in page
    browser_of(mia).post("/dashboard/listing/", words | {"place": "Berlin, Germany"})
    mia.builder_profile.refresh_from_db()
    assert mia.builder_profile.coordinates == (Decimal("52.5"), Decimal("13.4")), "the town has not changed"

    wrong = browser_of(mia).post("/dashboard/listing/", words | {"place": "Warzaw"})
    assert "Did you mean Warsaw" in wrong.content.decode()
    browser_of(mia).post("/dashboard/listing/", words | {"place": "Warsaw"})
    profile = BuilderProfile.objects.get(user=mia)
    assert str(profile.user.place).startswith("Warsaw")
    assert profile.latitude is None
    assert profile.languages == ["de", "pl"]
    listings.refresh([mia.pk])
    assert BuilderListing.objects.get(pk=mia.pk).languages == ["de", "pl"]
