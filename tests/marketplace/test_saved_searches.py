"""Saved searches and favourites that notify: what is news, who is told of it, how often, and how it stops."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.signing import dumps
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import BuilderProfile, Notification, User
from bookings.waiting_list.rules import suits
from core import clock
from core.errors import Refused
from core.models import OutboxMessage
from marketplace import listings
from marketplace.models import Favourite, OpeningNotice, SavedSearch
from marketplace.saved_searches import looking, rules, services, stopping, telling
from marketplace.saved_searches.services import SearchDetails
from messaging.models import MessagePreferences
from scheduling.models import FreeTimes
from scheduling.queries import first_starts
from tests.bookings.cast import shop
from tests.cast import make_builder_person, make_person
from tests.factories.marketplace import OpeningNoticeFactory

pytestmark = pytest.mark.django_db
NOON = time(12)


@pytest.fixture
def searcher(cleo: User) -> User:
    """Cleo, who may be told at any time of the day."""
    MessagePreferences.objects.create(person=cleo, quiet_from=NOON, quiet_until=NOON)
    return cleo


def builder_with(name: str) -> User:
    """A listed builder whose free times the tests write by themselves."""
    person = make_builder_person(name)
    shop(person)
    set_free(person)
    listings.refresh([person.pk])
    return person


def at(days: int, hour: int, zone: str = "Europe/London") -> datetime:
    day = clock.now().astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), tzinfo=ZoneInfo(zone))


def set_free(builder: User, *starts: datetime) -> None:
    session_type = builder.session_types.get()
    runs = [second for start in sorted(starts) for second in (int(start.timestamp()), int(start.timestamp()))]
    FreeTimes.objects.update_or_create(
        session_type=session_type,
        defaults={
            "builder": builder, "runs": runs, "step": 3600, "minutes": 60, "notice": 0, "open_minutes": 0,
            "currency": "USD", "computed_at": clock.now(),
        },
    )  # fmt: skip


def save(person: User, **fields: Any) -> SavedSearch:
    return services.save_search(person=person, details=SearchDetails(**{"name": "Anybody", **fields}))


def look_and_tell() -> int:
    looking.look_at_all(clock.now())
    return telling.tell_all(clock.now())


def titles(person: User) -> list[str]:
    return list(
        Notification.objects.filter(person=person, kind="opening").order_by("id").values_list("title", flat=True)
    )


# News -------------------------------------------------------------------------------------------------------


def test_what_is_free_when_a_search_is_saved_is_no_news_and_what_opens_later_is(searcher: User) -> None:
    ann = builder_with("Ann Early")
    set_free(ann, at(2, 10))
    save(searcher)
    assert look_and_tell() == 0

    set_free(ann, at(2, 10), at(3, 19))

    assert look_and_tell() == 1
    assert titles(searcher) == [f"Ann Early is free again on {at(3, 19):%A} evening"]
    assert look_and_tell() == 0


def test_a_builder_who_never_had_time_is_not_free_again(searcher: User) -> None:
    ann = builder_with("Ann Early")
    User.objects.filter(pk=searcher.pk).update(hour_format="12")
    save(searcher)

    set_free(ann, at(3, 19))
    look_and_tell()
    set_free(ann, at(3, 19), at(4, 2))
    look_and_tell()

    assert titles(searcher) == [
        f"Ann Early has a time on {at(3, 19):%A} evening",
        f"Ann Early is free again early on {at(4, 2):%A}",
    ]
    assert "from 7:00 PM." in Notification.objects.filter(person=searcher, kind="opening").earliest("id").text


def test_another_time_of_that_evening_is_told_only_if_it_suits_the_search(searcher: User) -> None:
    ann = builder_with("Ann Early")
    save(searcher, from_minute=19 * 60, to_minute=20 * 60)
    set_free(ann, at(3, 19))
    looking.look_at_all(clock.now())

    set_free(ann, at(3, 18), at(3, 21))

    assert telling.tell_all(clock.now()) == 0


def test_the_frequent_run_writes_only_searches_in_which_something_changed(
    searcher: User, django_assert_num_queries: Any
) -> None:
    ann, bob = builder_with("Ann Early"), builder_with("Bob Late")
    for number in range(3):
        save(searcher, weekdays=(at(3, 19).weekday(), at(number, 19).weekday()))
    set_free(ann, at(3, 19))
    set_free(bob)
    now = clock.now()
    looking.look_at_fresh(now)

    with django_assert_num_queries(5):  # fresh builders, their times, the searches, one batch of them, the favourites
        assert looking.look_at_fresh(now) == 0
    set_free(ann)
    looking.look_at_fresh(clock.now())
    assert all(saved.seen[ann.pk.hex] == [] for saved in SavedSearch.objects.all())


def test_the_same_part_of_a_day_is_told_once(searcher: User) -> None:
    ann = builder_with("Ann Early")
    save(searcher)
    for starts in ((at(3, 19),), (), (at(3, 20),), (), (at(3, 19), at(3, 20))):
        set_free(ann, *starts)
        look_and_tell()

    assert len(titles(searcher)) == 1
    assert OutboxMessage.objects.filter(event__startswith="opening:", recipient=searcher.email).count() == 1


def test_one_search_that_fails_leaves_the_others_to_be_looked_at(
    searcher: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ann = builder_with("Ann Early")
    broken, saved = save(searcher, name="Broken"), save(searcher, name="Sound", weekdays=[at(3, 19).weekday()])
    set_free(ann, at(3, 19))
    look_for_search = looking.look_for_search

    def failing_for_one(key: Any, *arguments: Any) -> int:
        if key == broken.pk:
            raise ValueError("unreadable")
        return look_for_search(key, *arguments)

    monkeypatch.setattr(looking, "look_for_search", failing_for_one)

    assert look_and_tell() == 1
    assert saved.notices.count() == 1
    assert "a saved search could not be looked at" in caplog.text


def test_only_the_days_and_hours_of_the_search_count(searcher: User) -> None:
    ann = builder_with("Ann Early")
    evening = at(3, 19)
    save(searcher, weekdays=(evening.weekday(),), from_minute=18 * 60)

    set_free(ann, at(3, 10), at(4, 19))
    assert look_and_tell() == 0
    set_free(ann, at(3, 10), at(4, 19), evening)
    assert look_and_tell() == 1


def test_only_builders_who_match_the_search_count(searcher: User) -> None:
    ann, bob = builder_with("Ann Early"), builder_with("Bob Late")
    save(searcher, query="q=Ann")
    for person in (ann, bob):
        set_free(person, at(3, 19))

    look_and_tell()

    assert [title.partition(" has")[0] for title in titles(searcher)] == ["Ann Early"]


def test_a_time_that_is_taken_again_before_it_was_told_is_forgotten(searcher: User) -> None:
    ann = builder_with("Ann Early")
    save(searcher)
    set_free(ann, at(3, 19))
    looking.look_at_all(clock.now())
    set_free(ann)

    assert telling.tell_all(clock.now()) == 0
    assert not OpeningNotice.objects.exists()


def test_a_new_day_at_the_end_of_two_weeks_is_no_news(searcher: User) -> None:
    ann = builder_with("Ann Early")
    save(searcher)
    set_free(ann, at(14, 19))

    assert look_and_tell() == 0


def test_the_frequent_run_looks_only_at_fresh_times(searcher: User) -> None:
    ann, bob = builder_with("Ann Early"), builder_with("Bob Late")
    save(searcher)
    for person in (ann, bob):
        set_free(person, at(3, 19))
    FreeTimes.objects.filter(builder=bob).update(computed_at=clock.now() - timedelta(hours=1))

    assert looking.look_at_fresh(clock.now()) == 1
    assert looking.look_at_fresh(clock.now()) == 0
    assert looking.look_at_all(clock.now()) == 1


def test_a_favourite_notifies_once_it_is_asked_to(searcher: User, browser_of: Any) -> None:
    ann = builder_with("Ann Early")
    profile = BuilderProfile.objects.get(user=ann)
    Favourite.objects.create(person=searcher, builder=profile)
    set_free(ann, at(3, 19))
    assert look_and_tell() == 0

    browser_of(searcher).post(f"/builders/{profile.slug}/watch/", {"act": "watch"})
    assert look_and_tell() == 0
    set_free(ann, at(3, 19), at(4, 10))
    assert look_and_tell() == 1

    browser_of(searcher).post(f"/builders/{profile.slug}/watch/", {"act": "stop"})
    set_free(ann, at(3, 19), at(4, 10), at(5, 10))
    assert look_and_tell() == 0


# Telling ----------------------------------------------------------------------------------------------------


def test_a_search_and_a_favourite_tell_of_the_same_builder_once(searcher: User) -> None:
    ann = builder_with("Ann Early")
    save(searcher)
    services.set_notifies(person=searcher, profile=BuilderProfile.objects.get(user=ann), notifies=True)
    set_free(ann, at(3, 19), at(4, 19))

    assert look_and_tell() == 1
    assert len(titles(searcher)) == 1


def test_many_builders_make_one_notice(searcher: User) -> None:
    people = [builder_with(f"Builder {number}") for number in range(5)]
    save(searcher)
    for person in people:
        set_free(person, at(3, 19))

    assert look_and_tell() == 1
    assert titles(searcher) == ["5 builders have new times"]
    mail = OutboxMessage.objects.get(event__startswith="opening:")
    assert all(f"Builder {number}" in mail.payload["text"] for number in range(5))


def test_nobody_gets_more_than_a_few_notices_a_day(searcher: User) -> None:
    save(searcher)
    for number in range(rules.MOST_A_DAY + 3):
        person = builder_with(f"Builder {number}")
        save(searcher, name="Again", query=f"q=Builder+{number}", weekdays=(number % 7,))
        SavedSearch.objects.filter(name="Again").delete()
        looking.look_at_all(clock.now())
        set_free(person, at(3, 19))
        look_and_tell()

    assert len(titles(searcher)) == rules.MOST_A_DAY


def test_nobody_is_told_at_night(searcher: User) -> None:
    MessagePreferences.objects.all().delete()
    for hour, may in ((3, False), (7, False), (8, True), (12, True), (20, True), (21, False)):
        local = datetime(2026, 12, 1, hour, tzinfo=ZoneInfo(searcher.timezone))
        assert rules.may_be_told(None, searcher.timezone, local.astimezone(UTC)) is may


def test_people_without_mail_are_told_in_waymark_only(searcher: User) -> None:
    User.objects.filter(pk=searcher.pk).update(wants_mail=False)
    ann = builder_with("Ann Early")
    save(searcher)
    set_free(ann, at(3, 19))

    assert look_and_tell() == 1
    assert len(titles(searcher)) == 1
    assert not OutboxMessage.objects.filter(event__startswith="opening:").exists()


def test_the_notice_opens_the_wizard_on_that_time(searcher: User, client: Client) -> None:
    ann = builder_with("Ann Early")
    save(searcher)
    set_free(ann, at(3, 19))
    look_and_tell()
    client.force_login(searcher)

    path = Notification.objects.get(kind="opening").url

    assert at(3, 19).astimezone(UTC).strftime("%Y-%m-%dT%H%%3A%M%%3A%SZ") in path
    assert client.get(path.partition("#")[0]).status_code == 200


# Stopping ---------------------------------------------------------------------------------------------------


def stop_path(person: User, ann: User) -> str:
    set_free(ann, at(3, 19))
    look_and_tell()
    mail = OutboxMessage.objects.get(event__startswith="opening:", recipient=person.email)
    address: str = mail.payload["unsubscribe"]
    assert address in mail.payload["text"]
    return address[address.index("/stop/") :]


def test_a_scanner_that_opens_the_link_stops_nothing_and_one_click_does(searcher: User) -> None:
    ann = builder_with("Ann Early")
    saved = save(searcher)
    path = stop_path(searcher, ann)
    stranger = Client(enforce_csrf_checks=True)

    assert stranger.get(path).status_code == 200
    assert stranger.head(path).status_code == 200
    saved.refresh_from_db()
    assert saved.paused_at is None

    answers = [stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code for _ in range(2)]
    saved.refresh_from_db()
    assert (answers, saved.paused_at is not None) == ([200, 200], True)


def test_a_link_that_was_not_signed_here_is_a_404(client: Client) -> None:
    forged = dumps(["search", "0" * 32, "0" * 32], salt="another")
    for token in ("nonsense", forged, "x" * 400, f"{forged}:x", "%00"):
        assert client.post(f"/stop/{token}/").status_code in (400, 404)


def test_each_kind_of_link_stops_its_own(searcher: User) -> None:
    ann = BuilderProfile.objects.get(user=builder_with("Ann Early"))
    bob = BuilderProfile.objects.get(user=builder_with("Bob Late"))
    saved, other = save(searcher), save(searcher, query="q=Bob")
    for profile in (ann, bob):
        services.set_notifies(person=searcher, profile=profile, notifies=True)

    stopping.stop(stopped=stopping.StoppedMail(stopping.SEARCH, searcher.pk, saved.pk))
    stopping.stop(stopped=stopping.StoppedMail(stopping.FAVOURITE, searcher.pk, ann.pk))
    assert list(SavedSearch.objects.active()) == [other]
    assert list(Favourite.objects.filter(notifies=True).values_list("builder", flat=True)) == [bob.pk]

    stopping.stop(stopped=stopping.StoppedMail(stopping.ALL, searcher.pk))
    assert not SavedSearch.objects.active().exists()
    assert not Favourite.objects.filter(notifies=True).exists()


# Pages ------------------------------------------------------------------------------------------------------


def test_a_search_is_saved_from_its_page_with_its_filters_and_hours(searcher: User, client: Client) -> None:
    client.force_login(searcher)
    page = client.get("/builders/?q=mixing&day=weekdays&time=evening&view=map").content.decode()
    assert "Save this search" in page

    client.post("/me/searches/save/", {"query": "q=mixing&day=weekdays&time=evening&view=map&after=x"})

    saved = SavedSearch.objects.get()
    assert (saved.query, saved.weekdays, saved.from_minute, saved.to_minute) == (
        "q=mixing",
        [0, 1, 2, 3, 4],
        1080,
        1440,
    )
    assert saved.name == "mixing, Weekdays, Evenings from 18:00"
    client.post("/me/searches/save/", {"query": "q=mixing&day=weekdays&time=evening"})
    assert SavedSearch.objects.count() == 1


def test_a_search_can_be_changed_paused_and_deleted(searcher: User, client: Client) -> None:
    saved = save(searcher, query="q=mixing")
    client.force_login(searcher)
    address = f"/me/searches/{saved.pk}/"

    client.post(address, {"name": "Mondays", "weekdays": ["0"], "after": "09:00", "before": "12:00"})
    saved.refresh_from_db()
    assert (saved.name, saved.weekdays, saved.from_minute, saved.to_minute) == ("Mondays", [0], 540, 720)
    assert client.post(address, {"name": "x", "after": "12:00", "before": "09:00"}).status_code == 422
    assert client.post(address, {"name": ""}).status_code == 422

    client.post(address, {"act": "pause"})
    assert "Paused" in client.get("/me/searches/").content.decode()
    client.post(address, {"act": "resume"})
    client.post(address, {"act": "delete"})
    assert not SavedSearch.objects.exists()


def test_somebody_elses_search_does_not_exist(searcher: User, browser_of: Any) -> None:
    saved = save(searcher)
    sams = browser_of(make_person("Sam Stranger"))

    assert sams.get(f"/me/searches/{saved.pk}/").status_code == 404
    assert sams.post(f"/me/searches/{saved.pk}/", {"act": "delete"}).status_code == 404
    assert sams.delete(f"/api/saved-searches/{saved.pk}").status_code in (403, 404)
    assert SavedSearch.objects.filter(pk=saved.pk).exists()


def test_what_opened_while_a_search_was_paused_is_no_news(searcher: User) -> None:
    ann = builder_with("Ann Early")
    saved = save(searcher)
    services.pause_search(saved=saved, is_paused=True)
    set_free(ann, at(3, 19))
    looking.look_at_all(clock.now())
    saved.refresh_from_db()
    services.pause_search(saved=saved, is_paused=False)

    assert look_and_tell() == 0


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 2000, "&".join(f"a{n}=1" for n in range(300)), "day=9", "%ff=%fe"]
)
def test_any_text_is_saved_or_refused(searcher: User, client: Client, query: str) -> None:
    client.force_login(searcher)

    assert client.post("/me/searches/save/", {"query": query}).status_code in (302, 400)
    looking.look_at_all(clock.now())


def test_a_search_that_is_too_long_once_it_is_escaped_is_refused(searcher: User) -> None:
    with pytest.raises(Refused) as refused:
        save(searcher, query="q=" + "ä" * 400)

    assert list(refused.value.fields or {}) == ["query"]


def test_a_paused_search_that_is_saved_again_goes_on(searcher: User) -> None:
    services.pause_search(saved=save(searcher), is_paused=True)

    assert save(searcher).paused_at is None
    assert SavedSearch.objects.count() == 1


def test_a_new_name_keeps_what_is_to_be_told(searcher: User) -> None:
    ann = builder_with("Ann Early")
    saved = save(searcher)
    set_free(ann, at(3, 19))
    looking.look_at_all(clock.now())

    services.change_search(saved=saved, details=services.details_of(saved, name="Evenings"))

    assert telling.tell_all(clock.now()) == 1


def test_a_deleted_search_does_not_come_back(searcher: User) -> None:
    saved = save(searcher)
    SavedSearch.objects.all().delete()

    with pytest.raises(Refused):
        services.pause_search(saved=saved, is_paused=True)
    assert not SavedSearch.objects.exists()


def test_nobody_saves_searches_without_end(searcher: User) -> None:
    for number in range(services.MOST_SEARCHES):
        save(searcher, query=f"q={number}")

    with pytest.raises(Refused, match="Delete one"):
        save(searcher, query="q=more")


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_has_a_constant_number_of_queries(
    searcher: User, client: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        save(searcher, query=f"q={number}")
        person = builder_with(f"Builder {number}")
        Favourite.objects.create(person=searcher, builder=BuilderProfile.objects.get(user=person))
    client.force_login(searcher)
    client.get("/me/searches/")

    with django_assert_num_queries(5):
        client.get("/me/searches/")


def test_a_notice_that_was_told_is_kept_for_a_month(searcher: User) -> None:
    now = clock.now()
    OpeningNoticeFactory.create(person=searcher, starts_at=now - timedelta(days=40), told_at=now)
    OpeningNoticeFactory.create(person=searcher, starts_at=now - timedelta(days=4), told_at=now)

    telling.forget_old(now)

    assert OpeningNotice.objects.count() == 1


# The rules --------------------------------------------------------------------------------------------------

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia"]
CHANGES = st.sampled_from([datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 4, 4, tzinfo=UTC)])  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(ZONES),
    CHANGES,
    st.integers(-20 * 24, 4 * 24),
    st.lists(st.integers(0, 6), max_size=3, unique=True),
    st.tuples(st.integers(0, 1380), st.integers(1, 60)).map(lambda pair: (pair[0], pair[0] + pair[1] * 24 // 24 + 30)),
    st.integers(0, 14 * 48 - 1),
)
def test_parts_are_those_starts_that_suit_across_clock_changes(
    zone: str, change: datetime, hours: int, weekdays: list[int], minutes: tuple[int, int], half_hours: int
) -> None:
    """A start that suits is in the part of its own local day, and what is returned suits."""
    now = change + timedelta(hours=hours)
    start = now + timedelta(minutes=30 * half_hours + 1)
    hours_wanted = SavedSearch(weekdays=weekdays, from_minute=minutes[0], to_minute=min(minutes[1], 1440))
    second = int(start.timestamp())
    row = FreeTimes(runs=[second, second], step=1800, minutes=30, notice=0)
    parts = rules.suitable_parts(hours_wanted, zone, now)

    free = rules.free_parts(parts, first_starts([row], [part.window for part in parts], now), hours_wanted, zone)

    local = start.astimezone(ZoneInfo(zone))
    assert all(key.startswith(local.date().isoformat()) for key in free)
    if free:
        assert suits(hours_wanted, local)
    elif suits(hours_wanted, local):
        midnight_to_midnight = {(local + timedelta(hours=change)).utcoffset() for change in (-24, 24)}
        assert len(midnight_to_midnight) == 2, "a start that suits is missed only on the day of a clock change"


KEYS = st.sets(st.sampled_from([f"2026-12-{day:02} {part}" for day in range(1, 20) for part in ("morning", "evening")]))


@given(KEYS, KEYS, st.dates(date(2026, 11, 28), date(2026, 12, 22)))
def test_news_is_what_was_looked_at_and_not_free(free: set[str], seen: set[str], until: date) -> None:
    slots: Any = dict.fromkeys(free, "slot")

    news = rules.news(slots, seen, until)

    assert news.keys() == {key for key in free - seen if key[:10] <= until.isoformat()}
    assert rules.news(slots, None, until) == {}
    assert rules.news(slots, free | seen, until) == {}


# The API ----------------------------------------------------------------------------------------------------


def test_the_api_saves_changes_pauses_and_deletes(searcher: User, browser_of: Any) -> None:
    browser = browser_of(searcher)
    payload = {"name": "Evenings", "query": "q=mixing&day=1", "weekdays": [1, 3], "after": "18:00"}
    answer = browser.post("/api/saved-searches", payload, content_type="application/json")
    saved = answer.json()["savedSearch"]
    assert answer.status_code == 201
    assert (saved["query"], saved["after"], saved["before"], saved["paused"]) == ("q=mixing", "18:00", "24:00", False)

    address = f"/api/saved-searches/{saved['id']}"
    changed = browser.patch(address, {"before": "21:30", "paused": True}, content_type="application/json").json()
    assert (changed["savedSearch"]["before"], changed["savedSearch"]["paused"]) == ("21:30", True)
    wrong = browser.patch(address, {"before": "17:00"}, content_type="application/json")
    assert (wrong.status_code, list(wrong.json()["error"]["fields"])) == (422, ["before"])
    assert [row["id"] for row in browser.get("/api/saved-searches").json()["savedSearches"]] == [saved["id"]]
    assert browser.delete(address).status_code == 200
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    "payload",
    [{}, {"name": ""}, {"name": "x", "weekdays": [7]}, {"name": "x", "after": "25:00"}, {"name": "x", "other": 1}],
)
def test_the_api_refuses_what_cannot_be_saved(searcher: User, browser_of: Any, payload: dict[str, Any]) -> None:
    answer = browser_of(searcher).post("/api/saved-searches", payload, content_type="application/json")

    assert answer.status_code == 422
    assert not SavedSearch.objects.exists()
