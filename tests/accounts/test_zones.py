"""How an account gets its time zone, and when the person is asked whether to change it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Place, User
from tests.accounts.pages import link_in, sent_emails
from tests.cast import PASSWORD, make_person

pytestmark = pytest.mark.django_db
QUESTION = "Your device is on"


def browser_in(zone: str, person: User | None = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    client.cookies["zone"] = zone
    return client


def join(client: Client, **typed: str) -> User:
    form = {"display_name": "Nora New", "email": "nora@people.test", "password1": "a-long-enough-phrase", **typed}
    client.post(reverse("account_signup"), form)
    client.post(link_in(sent_emails()[0].text))
    return User.objects.get(email="nora@people.test")


def sign_in(client: Client, person: User) -> Any:
    return client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD}, follow=True)


def answer_question(client: Client, answer: str, zone: str = "Asia/Tokyo", **typed: str) -> Any:
    return client.post(reverse("accounts:zone"), {"answer": answer, "zone": zone, "next": "/bookings/", **typed})


@pytest.fixture
def newcomer(db: None) -> User:
    """A person whose account has never had a zone."""
    return make_person("Nora New", timezone="UTC")


def test_a_new_account_is_in_the_zone_of_the_browser() -> None:
    assert join(browser_in("Europe/Berlin")).timezone == "Europe/Berlin"


def test_without_javascript_the_zone_is_chosen_when_joining() -> None:
    page = Client().get(reverse("account_signup")).content.decode()
    assert '<option value="Europe/Berlin">Europe/Berlin</option>' in page

    assert join(Client(), zone="Europe/Berlin").timezone == "Europe/Berlin"


def test_the_zone_is_not_asked_for_when_the_browser_sends_it() -> None:
    assert 'name="zone"' not in browser_in("Europe/Berlin").get(reverse("account_signup")).content.decode()


@pytest.mark.parametrize("zone", ["", "Mars/Olympus"])
def test_an_unknown_zone_is_utc(zone: str) -> None:
    assert join(browser_in(zone), zone=zone).timezone == "UTC"


def test_the_first_sign_in_adopts_the_zone_with_a_message(newcomer: User) -> None:
    page = sign_in(browser_in("Europe/Berlin"), newcomer).content.decode()

    newcomer.refresh_from_db()
    assert newcomer.timezone == "Europe/Berlin"
    assert "Times are now shown in Berlin time, as on your device." in page
    assert 'value="undo"' in page
    assert QUESTION not in page


def test_undoing_keeps_utc_from_then_on(newcomer: User) -> None:
    client = browser_in("Europe/Berlin")
    sign_in(client, newcomer)
    answer_question(client, "undo")
    page = sign_in(browser_in("Europe/Berlin"), newcomer).content.decode()

    newcomer.refresh_from_db()
    assert newcomer.timezone == "UTC"
    assert QUESTION not in page


def test_a_sign_in_changes_no_zone_that_was_chosen(cleo: User, newcomer: User) -> None:
    browser_in("UTC", newcomer).post(reverse("accounts:settings"), {"display_name": "Nora", "timezone": "UTC"})
    for person in (cleo, newcomer):
        sign_in(browser_in("Asia/Tokyo"), person)

    zones = User.objects.filter(pk__in=[cleo.pk, newcomer.pk]).values_list("timezone", flat=True)
    assert sorted(zones) == ["Europe/London", "UTC"]


def test_a_device_in_another_zone_is_asked_about(cleo: User) -> None:
    page = browser_in("Asia/Tokyo", cleo).get("/bookings/").content.decode()

    assert "Your device is on Tokyo time, your account on London time." in page
    assert "Use Tokyo time" in page
    assert "Keep London time" in page


@pytest.mark.parametrize("zone", ["Europe/London", "Europe/Jersey", "Mars/Olympus", ""])
def test_a_device_with_the_same_clock_is_not_asked_about(cleo: User, zone: str) -> None:
    assert QUESTION not in browser_in(zone, cleo).get("/bookings/").content.decode()


def test_anonymous_visitors_are_not_asked() -> None:
    assert QUESTION not in browser_in("Asia/Tokyo").get("/").content.decode()


def test_accepting_changes_the_zone_of_the_account(cleo: User) -> None:
    client = browser_in("Asia/Tokyo", cleo)

    assert answer_question(client, "use")["Location"] == "/bookings/"

    cleo.refresh_from_db()
    assert cleo.timezone == "Asia/Tokyo"
    page = client.get("/bookings/").content.decode()
    assert "Times are shown in Tokyo time." in page
    assert QUESTION not in page


def test_a_zone_that_was_declined_is_not_asked_about_again_on_any_device(cleo: User) -> None:
    answer_question(browser_in("Asia/Tokyo", cleo), "keep")

    cleo.refresh_from_db()
    assert cleo.timezone == "Europe/London"
    assert QUESTION not in browser_in("Asia/Tokyo", cleo).get("/bookings/").content.decode()
    assert QUESTION in browser_in("America/New_York", cleo).get("/bookings/").content.decode()


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ({"zone": "Mars/Olympus"}, "/bookings/"), ({"zone": ""}, "/bookings/"), ({"answer": "?"}, "/bookings/"),
        ({"answer": "keep", "next": "https://elsewhere.test/"}, "/account/"),
    ],
)  # fmt: skip
def test_invalid_answers_change_nothing(cleo: User, typed: dict[str, str], path: str) -> None:
    response = answer_question(browser_in("Asia/Tokyo", cleo), **{"answer": "use", **typed})

    assert response["Location"] == path
    assert User.objects.get(pk=cleo.pk).timezone == "Europe/London"


def test_the_account_page_shows_utc_as_chosen(newcomer: User) -> None:
    page = browser_in("", newcomer).get(reverse("accounts:settings")).content.decode()

    assert '<option value="UTC" selected>UTC</option>' in page


def test_an_account_made_with_a_town_is_in_its_zone() -> None:
    leeds = Place.objects.get(name="Leeds", country_code="GB")

    assert User.objects.create_user("lee@people.test", place=leeds, display_name="Lee").timezone == "Europe/London"


def test_an_admin_sees_and_sets_the_zone(alex: User, newcomer: User, confirmed: Any) -> None:
    client, address = confirmed(alex), reverse("admin:accounts_user_change", args=[newcomer.pk])
    assert '<option value="UTC" selected>UTC</option>' in client.get(address).content.decode()

    client.post(address, {"display_name": "Nora", "timezone": "Asia/Calcutta", "is_active": "on", "reason": ""})

    newcomer.refresh_from_db()
    assert (newcomer.timezone, newcomer.zone_is_chosen) == ("Asia/Kolkata", True)
