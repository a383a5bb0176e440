"""Admins see for whom each flag is on, and change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from core import flags as feature_flags
from core.models import AuditEntry, Flag
from operations.flags.queries import flag_named
from operations.flags.services import FlagValues, change_flag
from tests.at_once import DONE, at_once
from tests.cast import make_staff

ADDRESS = "/operations/flags/suggested_times/"
STATES = {"staff": "", "authenticated": "", "percent": "", "people": "", "note": ""}


def who(name: str = "suggested_times") -> str:
    shown = flag_named(name)
    assert shown is not None
    return shown.who


def test_the_page_lists_every_flag_with_a_sentence_and_who_sees_it(
    browser_of: Any, alex: User, suri: User, django_assert_num_queries: Any
) -> None:
    Flag.objects.create(name="zoom", percent=25, staff=True)
    browser = browser_of(alex)
    browser.get("/operations/flags/")
    with django_assert_num_queries(5):
        page = browser.get("/operations/flags/").content.decode()

    for flag in feature_flags.registered_flags():
        assert flag.about.endswith(".")
        assert f"/operations/flags/{flag.name}/" in page
    assert "Only staff, 25% of browsers" in page
    assert "On 30 June 2027 this flag goes, and with it the plain card of version 1." in page
    assert browser_of(suri).get("/operations/flags/").status_code == 403
    assert browser.get("/operations/flags/nothing/").status_code == 404


def test_an_admin_switches_a_flag_for_some_people_and_back(browser_of: Any, alex: User, ada: User, cleo: User) -> None:
    browser = browser_of(alex)
    assert "Nobody has changed it yet." in browser.get(ADDRESS).content.decode()
    assert who() == "Everybody, by the setting USE_SUGGESTED_TIMES"

    wrong = browser.post(ADDRESS, {**STATES, "state": "some"})
    assert (wrong.status_code, "Say for whom it is on." in wrong.content.decode()) == (422, True)
    wrong = browser.post(ADDRESS, {**STATES, "state": "some", "people": "nobody@example.com"})
    assert "Nobody has the address nobody@example.com." in wrong.content.decode()
    assert not Flag.objects.exists()

    browser.post(ADDRESS, {**STATES, "state": "some", "people": f"{ada.email}\n", "note": "A trial."})
    assert who() == "Only 1 person"
    assert Flag.objects.get().is_active_for(ada)
    assert not Flag.objects.get().is_active_for(cleo)
    assert ada.email in browser.get(ADDRESS).content.decode()
    for state, words in (
        ("everybody", "Everybody"),
        ("nobody", "Nobody"),
        ("setting", "Everybody, by the setting USE_SUGGESTED_TIMES"),
    ):
        browser.post(ADDRESS, {**STATES, "state": state, "people": ada.email})
        assert who() == words
    assert Flag.objects.get().users.count() == 0

    entries = AuditEntry.objects.filter(action="flag changed")
    assert entries.count() == 4
    first = entries.last()
    assert first is not None
    assert first.after == {"note": "A trial.", "people": [str(ada.pk)]}
    assert "flag changed" in browser.get(ADDRESS).content.decode()


@pytest.mark.slow  # commits
@pytest.mark.usefixtures("committed")
def test_two_admins_change_a_flag_for_the_first_time_at_once() -> None:
    admins = [make_staff(name, Role.ADMIN) for name in ("Alex Roe", "Ines Sala")]

    def change(admin: User) -> Callable[[], object]:
        values = FlagValues(everyone=True, note=admin.display_name)
        return lambda: change_flag(name="builder_cards_v2", values=values, people=[], groups=[], by=admin)

    assert at_once(*map(change, admins)) == [DONE, DONE]
    assert Flag.objects.get().everyone is True
    assert AuditEntry.objects.filter(action="flag changed").count() == 2


def test_a_flag_past_its_day_is_overdue(browser_of: Any, alex: User) -> None:
    shown = flag_named("builder_cards_v2")
    assert shown is not None
    assert not shown.is_overdue(date(2027, 6, 30))
    assert shown.is_overdue(date(2027, 7, 1))
    assert "the plain card of version 1" in browser_of(alex).get("/operations/flags/builder_cards_v2/").content.decode()
