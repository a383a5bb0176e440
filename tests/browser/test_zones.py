"""Tests time zones in a browser: new accounts, visitors, and a device in another zone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import MODES, TOO_SMALL, check_page, show
from tests.browser.conftest import NewPage, sign_in
from tests.browser.people import join


def test_a_new_account_has_the_zone_of_the_browser(new_page: NewPage) -> None:
    page = new_page(timezone="Europe/Berlin")
    join(page, "Nora New")

    page.goto("/account/")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    expect(page.get_by_text("Your device is on")).to_have_count(0)
    page.goto("/book/ada-moreno/")
    page.get_by_role("link", name="Choose a time for Getting started").click()
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")


def test_a_visitor_sees_times_in_their_own_zone_on_the_first_page(new_page: NewPage) -> None:
    there = new_page(timezone="Asia/Calcutta")
    there.goto("/book/ada-moreno/")
    address = there.get_by_role("link", name="Choose a time for Getting started").get_attribute("href")

    page = new_page(timezone="Asia/Calcutta")
    page.goto(str(address))

    expect(page.get_by_label("Time zone")).to_have_value("Asia/Kolkata")


def test_the_zone_is_read_without_what_writes_dates(new_page: NewPage) -> None:
    """Browsers with Temporal need no Intl for it, which a slow telephone loads for 60 ms."""
    page = new_page(timezone="Asia/Calcutta", fresh=True)
    page.add_init_script("Intl.DateTimeFormat = function () { throw new Error('Intl is used'); }")
    page.goto("/builders/")

    assert page.evaluate("document.cookie.split('; ')").count("zone=Asia/Calcutta") == 1


def test_a_device_in_another_zone_is_asked_about_once(new_page: NewPage) -> None:
    page = new_page(timezone="America/New_York")
    sign_in(page, "client@demo.test")
    keep = page.get_by_role("button", name="Keep London time")
    keep.focus()
    page.keyboard.press("Enter")
    expect(keep).to_have_count(0)

    other = new_page(timezone="America/New_York")
    sign_in(other, "client@demo.test")
    expect(other.get_by_text("Your device is on")).to_have_count(0)


def check_layouts(page: Page) -> None:
    for width, theme in MODES:
        show(page, width, theme)
        check_page(page)
        assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_builder_who_changes_zone_decides_about_each_schedule(new_page: NewPage, script: bool) -> None:
    page = new_page(timezone="Asia/Tokyo", script=script)
    sign_in(page, "builder@demo.test")
    if script:
        check_layouts(page)
        page.get_by_role("button", name="Use Tokyo time").click()
    else:
        page.goto("/account/")
        page.get_by_label("Time zone").select_option("Asia/Tokyo")
        page.get_by_role("button", name="Save your details").click()
    expect(page.get_by_role("heading", name="Change the time zone of your hours too?")).to_be_visible()
    if script:
        check_layouts(page)
    expect(page.get_by_label("Keep Monday 09:00–12:00 Berlin time")).to_be_checked()
    page.get_by_label("Change to Monday 09:00–12:00 Tokyo time").check()
    page.get_by_role("button", name="Save").click()
    page.goto("/dashboard/availability/")
    expect(page.get_by_text("These hours are in Tokyo time.")).to_be_visible()

    page.get_by_label("Time zone").select_option("Europe/Berlin")  # as other tests expect it
    page.get_by_role("button", name="Save these hours").click()
    expect(page.get_by_text(re.compile("is saved"))).to_be_visible()
    page.goto("/account/")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_role("button", name="Save your details").click()
    expect(page.get_by_text("Your details have been saved.")).to_be_visible()
