"""The pages of saved searches, and what can be saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import BuilderProfile, User
from core import clock
from core.errors import Refused
from marketplace.models import Favourite, OpeningNotice, SavedSearch
from marketplace.saved_searches import looking, services, telling
from tests.cast import make_person
from tests.factories.marketplace import OpeningNoticeFactory
from tests.marketplace.saved_searches.cast import at, builder_with, look_and_tell, save, set_free

pytestmark = pytest.mark.django_db


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


def test_the_filters_of_a_search_can_be_changed(searcher: User, client: Client) -> None:
    saved = save(searcher, query="q=mixing&format=remote&currency=EUR&km=40")
    client.force_login(searcher)
    address = f"/me/searches/{saved.pk}/"
    page = client.get(address).content.decode()
    assert 'value="mixing"' in page
    assert '<option value="remote" selected' in page

    client.post(address, {"name": "Cheap", "q": "mixing", "max_rate": "50", "currency": "USD", "km": "40"})

    saved.refresh_from_db()
    assert saved.query == "q=mixing&max_rate=50&currency=USD"


def test_a_new_name_on_the_page_leaves_the_filters_as_they_were_written(searcher: User, client: Client) -> None:
    ann = builder_with("Ann Early")
    saved = save(searcher, query="format=remote&currency=EUR")
    client.force_login(searcher)
    set_free(ann, at(3, 19))
    looking.look_at_all(clock.now())

    client.post(f"/me/searches/{saved.pk}/", {"name": "Remote", "format": "remote", "currency": "EUR", "km": "40"})

    saved.refresh_from_db()
    assert (saved.name, saved.query) == ("Remote", "format=remote&currency=EUR")
    assert telling.tell_all(clock.now()) == 1


@pytest.mark.parametrize(
    "wrong", [{"place": "Nowhereville"}, {"max_rate": "x"}, {"service": "nonsense"}, {"q": "\x00"}]
)
def test_a_filter_that_cannot_be_read_is_not_saved(searcher: User, client: Client, wrong: dict[str, str]) -> None:
    saved = save(searcher, query="q=mixing")
    client.force_login(searcher)

    answer = client.post(f"/me/searches/{saved.pk}/", {"name": "Anybody", "q": "mixing", **wrong})

    saved.refresh_from_db()
    assert (answer.status_code in (400, 422), saved.query) == (True, "q=mixing")


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
