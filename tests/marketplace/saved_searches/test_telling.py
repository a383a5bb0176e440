"""Who is told of times that have opened up, and how often."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import BuilderProfile, Notification, User
from core import clock
from core.models import OutboxMessage
from marketplace.models import SavedSearch
from marketplace.saved_searches import looking, rules, services
from messaging.models import MessagePreferences
from tests.marketplace.saved_searches.cast import at, builder_with, look_and_tell, save, set_free, titles

pytestmark = pytest.mark.django_db


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
