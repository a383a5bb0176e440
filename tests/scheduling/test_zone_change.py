"""The question about a builder's schedules after a change of their account's time zone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.models import AuditEntry
from scheduling.models import Schedule
from tests.scheduling.cast import open_hours

pytestmark = pytest.mark.django_db
WEEKDAYS = [(weekday, 9 * 60, 17 * 60) for weekday in range(5)]
PAGE = "/dashboard/availability/zone/?from=Europe%2FBerlin&next=%2Faccount%2F"


@pytest.fixture
def schedule(ada: User) -> Schedule:
    return open_hours(ada, WEEKDAYS)


def move_to_tokyo(client: Client) -> Any:
    return client.post(reverse("accounts:settings"), {"display_name": "Ada Moreno", "timezone": "Asia/Tokyo"})


def test_changing_the_zone_in_the_settings_leads_to_the_question(adas: Client, schedule: Schedule) -> None:
    assert move_to_tokyo(adas)["Location"] == PAGE

    page = adas.get(PAGE).content.decode()
    assert "Keep Monday 09:00–17:00 Berlin time" in page
    assert "Change to Monday 09:00–17:00 Tokyo time" in page
    schedule.refresh_from_db()
    assert schedule.timezone == "Europe/Berlin"


def test_taking_over_the_zone_of_the_device_leads_to_the_question(adas: Client, schedule: Schedule) -> None:
    answer = {"answer": "use", "zone": "Asia/Tokyo", "next": "/account/"}

    assert adas.post(reverse("accounts:zone"), answer)["Location"] == PAGE


def test_the_page_explains_each_answer(adas: Client, ada: User, schedule: Schedule) -> None:
    User.objects.filter(pk=ada.pk).update(timezone="Asia/Kolkata")  # without summer time; Berlin's changes the hours
    Schedule.objects.update(timezone="Asia/Tokyo")

    page = adas.get(reverse("scheduling:zone")).content.decode()

    assert "In your time zone, your hours are Monday 05:30–13:30." in page
    assert "In Tokyo time, your hours will be Monday 12:30–20:30." in page


@pytest.mark.parametrize(
    ("answer", "zone", "words"),
    [
        ("keep", "Europe/Berlin", "Your hours have not been changed."),
        ("move", "Asia/Tokyo", "“Usual” is now in Tokyo time."),
    ],
)
def test_each_schedule_keeps_its_zone_or_moves_as_answered(
    adas: Client, schedule: Schedule, answer: str, zone: str, words: str
) -> None:
    other = open_hours(schedule.builder, WEEKDAYS, name="Other")
    move_to_tokyo(adas)

    response = adas.post(PAGE, {str(schedule.pk): answer, str(other.pk): "keep"}, follow=True)

    zones = dict(Schedule.objects.values_list("name", "timezone"))
    assert zones == {"Usual": zone, "Other": "Europe/Berlin"}
    assert response.redirect_chain == [("/account/", 302)]
    assert words in response.content.decode()


def test_a_schedule_that_moves_is_recorded(adas: Client, schedule: Schedule) -> None:
    move_to_tokyo(adas)
    adas.post(PAGE, {str(schedule.pk): "move"})

    entry = AuditEntry.objects.filter(action="schedule changed").latest("pk")
    assert (entry.before, entry.after) == ({"timezone": "Europe/Berlin"}, {"timezone": "Asia/Tokyo"})


def test_hours_are_kept_when_nothing_is_chosen(adas: Client, schedule: Schedule) -> None:
    move_to_tokyo(adas)
    page = adas.post(PAGE, {str(schedule.pk): ""})

    assert page.status_code == 422
    schedule.refresh_from_db()
    assert schedule.timezone == "Europe/Berlin"


@pytest.mark.parametrize("query", ["", "?from=Mars/Olympus", "?from=Europe/Berlin&next=https://elsewhere.test/"])
def test_without_a_schedule_in_another_zone_the_page_redirects(adas: Client, schedule: Schedule, query: str) -> None:
    response = adas.get(f"/dashboard/availability/zone/{query}")

    assert response["Location"] == reverse("scheduling:availability")


def test_schedules_of_others_are_not_changed(adas: Client, schedule: Schedule, cleo: User) -> None:
    foreign = open_hours(cleo, WEEKDAYS)
    move_to_tokyo(adas)
    adas.post(PAGE, {str(schedule.pk): "keep", str(foreign.pk): "move"})

    foreign.refresh_from_db()
    assert foreign.timezone == "Europe/Berlin"


def test_a_client_is_not_asked_about_hours(cleos: Client) -> None:
    response = cleos.post(reverse("accounts:settings"), {"display_name": "Cleo", "timezone": "Asia/Tokyo"})

    assert response["Location"] == reverse("accounts:settings")


def test_a_builder_with_hours_in_utc_is_asked_and_not_moved_at_sign_in(client: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(timezone="UTC")
    open_hours(ada, WEEKDAYS, timezone="UTC")
    client.cookies["zone"] = "Europe/Berlin"
    sign_in = {"login": ada.email, "password": "correct-horse-battery"}

    page = client.post(reverse("account_login"), sign_in, follow=True).content.decode()

    ada.refresh_from_db()
    assert ada.timezone == "UTC"
    assert "Your device is on Berlin time, your account on UTC." in page


def test_a_first_schedule_is_in_the_builders_zone(adas: Client, ada: User) -> None:
    page = adas.get(reverse("scheduling:availability")).content.decode()
    assert '<option value="Europe/Berlin" selected>' in page

    User.objects.filter(pk=ada.pk).update(timezone="UTC")
    adas.cookies["zone"] = "Asia/Tokyo"
    page = adas.get(reverse("scheduling:availability")).content.decode()
    assert '<option value="Asia/Tokyo" selected>' in page, "an account that never had a zone: the browser's"


def test_the_page_names_the_zone_and_that_of_the_account_if_different(
    adas: Client, ada: User, schedule: Schedule
) -> None:
    page = adas.get(reverse("scheduling:availability")).content.decode()
    assert "These hours are in Berlin time." in page
    assert "Your account uses" not in page

    User.objects.filter(pk=ada.pk).update(timezone="Asia/Tokyo")
    assert "Your account uses Tokyo time." in adas.get(reverse("scheduling:availability")).content.decode()


def test_utc_can_be_chosen_for_hours(adas: Client, schedule: Schedule) -> None:
    Schedule.objects.update(timezone="UTC")

    page = adas.get(reverse("scheduling:schedule", args=[schedule.pk])).content.decode()

    assert '<option value="UTC" selected>UTC</option>' in page
