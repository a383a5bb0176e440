"""What is news among free times, and how it is looked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import BuilderProfile, Notification, User
from core import clock
from core.models import OutboxMessage
from marketplace.models import Favourite, OpeningNotice, SavedSearch
from marketplace.saved_searches import looking, telling
from scheduling.models import FreeTimes
from tests.cast import make_person
from tests.marketplace.saved_searches.cast import at, builder_with, look_and_tell, save, set_free, titles

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("count", [2, 6])
def test_the_nightly_run_reads_once_what_searches_have_in_common(
    searcher: User, count: int, django_assert_num_queries: Any
) -> None:
    ann = builder_with("Ann Early")
    people = [make_person(f"Searcher {number}") for number in range(count)]
    for number, person in enumerate(people):
        save(person, weekdays=(number % 7,))
    set_free(ann)
    now = clock.now()

    with django_assert_num_queries(4 + 4 * count):  # searches, builders, times, favourites; and a transaction for each
        looking.look_at_all(now)


def test_a_search_that_another_run_has_looked_at_meanwhile_is_looked_at_with_newer_times(searcher: User) -> None:
    ann = builder_with("Ann Early")
    saved = save(searcher)
    began_at = clock.now()
    reads = looking.SharedReads(began_at)
    reads.read_times([ann.pk])
    set_free(ann, at(3, 19))
    looking.look_at_fresh(clock.now())

    looking.look_for_search(saved.pk, began_at, None, reads)

    saved.refresh_from_db()
    assert saved.seen[ann.pk.hex] == [f"{at(3, 19):%Y-%m-%d} evening"]


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
