"""Tests in a browser: reviews, deliverables, disputes, projects, waiting lists and series."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_modes, check_page
from tests.browser.conftest import NewPage


def check_step(page: Page, heading: str | re.Pattern[str]) -> None:
    expect_heading(page, heading)
    check_page(page)


def check_step_in_modes(page: Page, heading: str | re.Pattern[str]) -> None:
    expect_heading(page, heading)
    check_modes(page)


def expect_heading(page: Page, heading: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def open_latest_session(page: Page, person: str) -> None:
    """Opens the first session with this person in the list."""
    page.locator(".booking", has_text=person).first.get_by_role("link").click()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_client_reviews_a_session(new_page: NewPage, script: bool) -> None:
    page = new_page(width=320, theme="dark", email="client@demo.test", script=script)
    page.goto("/bookings/?show=past")
    open_latest_session(page, "Ada Moreno")
    page.get_by_role("link", name="review").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How was it?")
    if script:
        check_step(page, "How was it?")

    page.get_by_text("4 stars, good").click()
    page.get_by_label("In words").fill("Clear, and kind about the mess.")
    page.get_by_role("button", name=re.compile("Send review|Save changes")).click()

    expect(page.get_by_text("Your review is saved.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_builder_adds_a_file(new_page: NewPage, script: bool) -> None:
    page = new_page(email="builder@demo.test", script=script)
    page.goto("/dashboard/bookings/?show=past")
    open_latest_session(page, "Cleo Park")
    page.get_by_role("link", name="Add files and links").click()
    if script:
        check_step(page, "Files and links")
    name = f"plan-{script}.pdf"

    page.get_by_label("A file").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    page.get_by_role("button", name="Add it").click()

    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    page.get_by_label("A file").set_input_files({"name": "run.exe", "mimeType": "", "buffer": b"MZ"})
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("We do not accept files of this type").first).to_be_visible()


def test_support_settles_a_dispute(new_page: NewPage) -> None:
    page = new_page(width=320, email="support@demo.test")
    page.goto("/notifications/")
    page.get_by_role("button", name=re.compile("Dispute about")).first.click()
    page.get_by_role("link", name="The dispute").click()
    check_step(page, re.compile("Dispute about"))

    page.get_by_text("It counts as completed").click()
    page.get_by_label("Why").fill("Both were there, and a second time was offered.")
    page.get_by_role("button", name="Settle dispute").click()

    check_step(page, "This dispute is settled")


def test_a_project_and_its_sessions(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test")
    page.goto("/projects/")
    expect_heading(page, "Your projects")
    page.get_by_role("link", name="Threadbare, the launch").click()
    check_step_in_modes(page, "Threadbare, the launch")
    expect(page.get_by_role("link", name="Sketch of the first screen")).to_be_visible()
    page.locator(".booking").first.get_by_role("link").click()
    check_step_in_modes(page, re.compile(".+"))
    page.get_by_role("link", name="did not come").click()
    check_step_in_modes(page, re.compile("Did Ada Moreno not come"))
    page.goto("/projects/new/")
    check_step_in_modes(page, "A new project")


def test_a_client_joins_and_leaves_a_waiting_list(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test")
    page.goto("/book/ada-moreno/")
    page.get_by_role("link", name="Choose a time for Accelerate").click()
    page.get_by_role("link", name="Join the waiting list").click()
    check_step_in_modes(page, "Tell me when a time opens up")
    page.get_by_label("To", exact=True).fill(str(datetime.now(UTC).date() + timedelta(days=30)))
    for day in ("Monday", "Tuesday"):
        page.get_by_label(day).check()
    page.get_by_label("Beginning at").fill("22:00")
    page.get_by_label("And before").fill("23:30")
    page.get_by_role("button", name="Join the waiting list").click()

    expect_heading(page, "Waiting lists")
    expect(page.get_by_text("Mondays and Tuesdays between 22:00 and 23:30").first).to_be_visible()
    page.get_by_role("button", name="Leave the list for Accelerate").first.click()
    expect(page.get_by_text("You have left the waiting list.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_client_books_a_series_and_cancels_the_rest_of_it(new_page: NewPage, script: bool) -> None:
    page = new_page(width=320, theme="dark", email="client@demo.test", script=script)
    page.goto("/book/ada-moreno/")
    page.get_by_role("link", name="Choose a time for Accelerate").click()
    # Each of the two takes a time of its own; how many the day has left depends on what other tests have booked.
    page.get_by_label("Repeat").select_option("Every week")
    if not script:
        page.get_by_role("button", name="Update").click()
    page.wait_for_url(re.compile("every=1"))
    times = page.url
    slots = page.locator(".slot")
    numbers = range(slots.count())
    for number in numbers if script else reversed(numbers):
        slots.nth(number).click()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text(re.compile("dates? (are|is) available"))).to_be_visible()
        if page.get_by_text("1 of 4 dates is available").count() == 0:
            break
        page.goto(times)  # what the demo has booked at this hour in the weeks after depends on the day
    if script:
        check_step(page, re.compile("plan a series"))
    page.get_by_role("button", name="Request all sessions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"\d times"))
    if script:
        check_step(page, re.compile(r"\d times"))

    page.get_by_role("link", name=re.compile("^1 of")).click()
    page.get_by_role("link", name="Cancel", exact=True).click()
    page.get_by_label(re.compile("later one")).check()
    page.get_by_role("button", name="Cancel the session").click()
    expect(page.get_by_text("Cancelled", exact=True).first).to_be_visible()
