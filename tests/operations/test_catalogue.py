"""Admins edit services, towns and professional roles."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import places
from accounts.models import BuilderProfile, Place, ProfessionalRole, User
from coaching.models import Service
from core.models import AuditEntry

CATALOGUE = "/operations/catalogue"


@pytest.mark.parametrize("kind", ["services", "towns", "roles"])
def test_a_list_takes_as_many_queries_for_many_rows(
    browser_of: Any, alex: User, kind: str, django_assert_num_queries: Any
) -> None:
    browser = browser_of(alex)
    for text in ("", "ar"):
        with django_assert_num_queries(4):
            assert browser.get(f"{CATALOGUE}/{kind}/?q={text}").status_code == 200
    assert "Nothing matches" in browser.get(f"{CATALOGUE}/{kind}/?q=zzzzzz").content.decode()
    assert browser.get(f"{CATALOGUE}/{kind}/nothing/").status_code == 404


def test_a_service_is_added_renamed_and_retired(browser_of: Any, alex: User) -> None:
    browser = browser_of(alex)
    values = {"name": "Voice lessons", "position": "40", "icon": "mic", "keywords": "singing"}
    assert browser.post(f"{CATALOGUE}/services/new/", {**values, "name": ""}).status_code == 422
    browser.post(f"{CATALOGUE}/services/new/", values)
    address = f"{CATALOGUE}/services/voice-lessons/"
    assert "Nowhere yet." in browser.get(address).content.decode()

    taken = Service.objects.exclude(slug="voice-lessons").first()
    assert taken is not None
    answer = browser.post(address, {**values, "name": taken.name})
    assert (answer.status_code, "already exists" in answer.content.decode()) == (422, True)
    browser.post(address, {**values, "name": "Singing lessons"})
    browser.post(address, {"act": "retire"})
    service = Service.objects.get(slug="voice-lessons")
    assert (service.name, service.is_offered) == ("Singing lessons", False)
    browser.post(address, {"act": "restore"})
    assert Service.objects.get(slug="voice-lessons").is_offered
    actions = list(AuditEntry.objects.filter(subject="coaching.service:voice-lessons").values_list("action", "actor"))
    assert actions == [("service changed", alex.pk)] * 3 + [("service added", alex.pk)]


def test_the_role_of_artists_says_who_has_it(browser_of: Any, alex: User, ada: User) -> None:
    BuilderProfile.objects.get(user=ada).roles.add(ProfessionalRole.objects.get(slug="artist"))

    page = browser_of(alex).get(f"{CATALOGUE}/roles/artist/").content.decode()

    assert "1 builder has chosen it." in page


def test_a_town_is_added_found_by_its_names_and_retired(browser_of: Any, alex: User, cleo: User) -> None:
    browser = browser_of(alex)
    values = {
        "name": "Öttlingen", "other_names": "Oettlingen, Ottling", "region": "", "country_code": "DE",
        "latitude": "49.4", "longitude": "11.1", "timezone": "Europe/Berlin", "population": "16000",
    }  # fmt: skip
    assert browser.post(f"{CATALOGUE}/towns/new/", {**values, "latitude": "100"}).status_code == 422
    browser.post(f"{CATALOGUE}/towns/new/", values)
    town = Place.objects.get(name="Öttlingen")
    assert (town.country, town.pk >= 2_000_000_000) == ("Germany", True)
    assert places.find("oettlingen") == places.find("Ottling, Germany") == town
    assert "oettlingen, ottling" in browser.get(f"{CATALOGUE}/towns/{town.pk}/").content.decode()

    User.objects.filter(pk=cleo.pk).update(place=town)
    assert "1 person lives there." in browser.get(f"{CATALOGUE}/towns/{town.pk}/").content.decode()
    browser.post(f"{CATALOGUE}/towns/{town.pk}/", {"act": "retire"})
    assert places.find("oettlingen") is None
    assert User.objects.get(pk=cleo.pk).place == town
