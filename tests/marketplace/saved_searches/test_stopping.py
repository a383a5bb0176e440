"""The links in mails that stop further ones."""

from __future__ import annotations

import pytest
from django.core.signing import dumps
from django.test import Client

from accounts.models import BuilderProfile, User
from core.models import OutboxMessage
from marketplace.models import Favourite, SavedSearch
from marketplace.saved_searches import services, stopping
from tests.marketplace.saved_searches.cast import at, builder_with, look_and_tell, save, set_free

pytestmark = pytest.mark.django_db


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
