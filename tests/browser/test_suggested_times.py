"""Tests in a browser: a builder suggests another time, and the client accepts it; a builder invites a new client."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import check_page
from tests.browser.conftest import NewPage

BUILDER, CLIENT = "builder@demo.test", "client@demo.test"


def a_coming_saturday() -> date:
    """Returns the day of a week in two months, on which the demo's builder is not booked."""
    day = datetime.now(UTC).date() + timedelta(days=56)
    return day + timedelta(days=(5 - day.weekday()) % 7)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_builder_suggests_a_time_and_the_client_accepts(new_page: NewPage, script: bool) -> None:
    page = new_page(width=320, email=BUILDER, script=script, theme="dark" if script else "light")
    page.goto("/dashboard/bookings/?q=Cleo")
    page.locator(".booking", has_text="Cleo Park").filter(has_text="Confirmed").last.get_by_role("link").first.click()
    expect(page.get_by_role("link", name="Suggest another time")).to_be_visible()
    booking = re.sub(r"^https?://[^/]+", "", page.url)
    page.get_by_role("link", name="Suggest another time").click()
    page.locator(".slot:enabled").first.click()
    expect(page.get_by_role("heading", name="Your suggestion")).to_be_visible()
    page.get_by_label("Note").fill("My train leaves early.")
    if script:
        check_page(page)
    page.get_by_role("button", name="Send the suggestion").click()
    expect(page.get_by_text("Suggested to Cleo Park, not reserved:")).to_be_visible()

    client = new_page(width=390, email=CLIENT, script=script)
    client.goto(booking)
    client.get_by_role("link", name="Choose a time").click()
    expect(client.get_by_text("My train leaves early.")).to_be_visible()
    if script:
        check_page(client)
    client.get_by_role("button", name="Accept").click()
    expect(client.get_by_role("main").get_by_text("Accepted", exact=True).last).to_be_visible()


def test_confirm_and_decline_stay_in_reach_on_a_phone(new_page: NewPage) -> None:
    page = new_page(width=390, email=BUILDER)
    page.goto("/dashboard/bookings/?show=to-answer")
    page.locator(".booking .card__link").first.click()
    expect(page.get_by_role("button", name="Confirm")).to_be_in_viewport()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.get_by_role("button", name="Confirm")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Decline")).to_be_in_viewport()
    check_page(page)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_builder_invites_somebody_new(new_page: NewPage, script: bool) -> None:
    page = new_page(width=320, email=BUILDER, script=script)
    page.goto("/dashboard/clients/")
    page.get_by_role("link", name="Book for a client").click()
    page.get_by_label("Name").fill("Nora New")
    page.get_by_label("Email address").fill("nora@new.test")
    page.get_by_label("Day").fill(str(a_coming_saturday()))
    page.get_by_label("Start").fill("20:30" if script else "21:30")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invite Nora New?")
    if script:
        check_page(page)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("Invitation sent").first).to_be_visible()
    expect(page.get_by_role("link", name="Withdraw")).to_be_visible()
