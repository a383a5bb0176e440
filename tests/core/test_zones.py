"""Tests the names of time zones, the lists of them, and the zone that a browser reports."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.test import RequestFactory

from core.forms import ZoneField
from core.zones import browser_zone, have_same_clock, known_zone, local_time, zone_choices


class ZoneForm(forms.Form):
    zone = ZoneField()


@pytest.mark.parametrize(
    ("reported", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"), ("Europe%2FBerlin", "Europe/Berlin"), ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"), ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"), ("UTC", "UTC"),
        ("Etc/UTC", "UTC"), ("GMT", "UTC"), ("US/Eastern", "America/New_York"), ("Etc/GMT+5", "Etc/GMT+5"),
        ("Mars/Olympus", None), ("", None), ("../../etc/passwd", None), ("localtime", None), ("x" * 4000, None),
        ("Europe/Berlin%00", None),
    ],
)  # fmt: skip
def test_the_zone_of_the_cookie_is_returned_by_its_present_name(reported: str, zone: str | None) -> None:
    request = RequestFactory(headers={"Cookie": f"zone={reported}"}).get("/")

    assert browser_zone(request) == zone


def test_the_browser_zone_is_none_without_the_cookie() -> None:
    assert browser_zone(RequestFactory().get("/")) is None


def test_the_list_begins_with_utc_and_has_each_place_once() -> None:
    names = [name for name, _ in zone_choices()]

    assert names[0] == "UTC"
    assert {"Asia/Kolkata", "Europe/Kyiv", "America/New_York"} <= set(names)
    assert not {"Asia/Calcutta", "Europe/Kiev", "US/Eastern", "Etc/UTC"} & set(names)
    assert all(known_zone(name) == name for name in names)
    assert dict(zone_choices())["America/New_York"] == "America/New York"


def test_a_zone_without_a_place_is_listed_if_it_is_chosen() -> None:
    assert zone_choices("Etc/GMT+5")[0] == ("Etc/GMT+5", "Etc/GMT+5")
    assert zone_choices("Mars/Olympus") == zone_choices()


@pytest.mark.parametrize(
    ("zone", "selected"),
    [("UTC", "UTC"), ("Etc/UTC", "UTC"), ("Asia/Calcutta", "Asia/Kolkata"), ("Etc/GMT+5", "Etc/GMT+5")],
)
def test_a_zone_field_selects_the_chosen_zone(zone: str, selected: str) -> None:
    page = str(ZoneForm(initial={"zone": zone})["zone"])

    assert f'<option value="{selected}" selected>' in page
    assert page.count(" selected") == 1


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("Europe/Berlin", "Europe/Paris", True), ("Europe/Berlin", "Africa/Algiers", False),
        ("UTC", "Africa/Abidjan", True), ("UTC", "Europe/London", False),
    ],
)  # fmt: skip
def test_zones_are_compared_over_a_year(first: str, second: str, is_same: bool) -> None:
    assert have_same_clock(first, second, date(2026, 12, 1)) is is_same


def test_a_zone_within_a_sentence() -> None:
    assert [local_time(zone) for zone in ("America/New_York", "UTC")] == ["New York time", "UTC"]
