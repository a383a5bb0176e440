"""Tests booking in a browser: by keyboard, without JavaScript, and with two people at the same slot."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import MODES, check_page, show
from tests.browser.conftest import NewPage
from tests.browser.live import wait_for_stream
from tests.browser.spacing import spacing_faults

GUEST = "gwen@guests.test"
# Counts the swaps, and follows the link to the next day in the first of them as soon as it is in the page.
NEXT_DAY_AT_ONCE = """
const { dataset } = document.documentElement;
dataset.swaps = 0;
document.addEventListener("htmx:afterSwap", () => {
  dataset.swaps = Number(dataset.swaps) + 1;
  if (dataset.swaps === "1") setTimeout(() => document.querySelector("[data-focus-key=day-after]").click());
});
"""


def open_times(page: Page) -> None:
    page.goto("/book/ada-moreno/")
    page.get_by_role("link", name="Choose a time for Getting started").click()
    open_next_month(page)


def open_next_month(page: Page) -> None:
    """Opens the first free day of the next month. This month may be nearly over, and today have one more time."""
    expect(page.get_by_role("grid")).to_be_visible()
    page.goto(urljoin(page.url, page.locator("#month-after").get_attribute("href") or ""))
    expect(page.get_by_role("grid")).to_be_visible()


def fill_in(page: Page) -> None:
    page.get_by_label("Your name").fill("Gwen Guest")
    page.get_by_label("Email address").fill(GUEST)
    page.get_by_label("How far are you?").select_option("An idea")
    page.get_by_role("button", name="Continue").click()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_guest_books_moves_and_cancels(new_page: NewPage, script: bool) -> None:
    page = new_page(width=390, script=script)
    open_times(page)
    page.locator(".slot").nth(0 if script else 1).click()
    expect(page.get_by_text("Held for you for")).to_be_visible()
    fill_in(page)
    page.get_by_role("button", name="Book this session").click()
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()

    page.get_by_role("link", name="See the booking").click()
    page.get_by_role("link", name="Move", exact=True).click()
    page.locator(".slot").last.click()
    page.get_by_role("button", name="Move the session").click()
    expect(page.get_by_text("Moved", exact=True)).to_be_visible()
    page.get_by_role("link", name="Cancel", exact=True).click()
    page.get_by_role("button", name="Cancel the session").click()
    expect(page.get_by_role("main").get_by_text("Cancelled", exact=True).first).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_day_leads_to_its_times_on_a_phone(new_page: NewPage, script: bool) -> None:
    page = new_page(width=390, script=script)
    open_times(page)

    page.locator(".cal__day--free").last.click()

    expect(page.locator(".slot").first).to_be_in_viewport()
    expect(page.locator("#day-title")).to_be_in_viewport()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_visitor_chooses_the_hour_format(new_page: NewPage, script: bool) -> None:
    page = new_page(script=script, locale="en-US")
    open_times(page)
    first = page.locator(".slot time").first
    expect(first).to_have_text(re.compile(r"^\d+:\d\d [AP]M$"))
    page.locator(".cal__day--free").nth(1).click()
    expect(page).to_have_url(re.compile("day="))
    expect(page.locator(".cal__day--free").nth(1)).to_have_class(re.compile("is-chosen"))
    address = page.url.split("#")[0]
    page.get_by_role("button", name="24 h", exact=True).click()
    expect(page.get_by_role("button", name="24 h", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(address)
    expect(first).to_have_text(re.compile(r"^\d\d:\d\d$"))


def test_a_client_books_by_keyboard_only(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test")
    page.goto("/book/ada-moreno/")
    page.get_by_role("link", name=re.compile("Choose a time for App review")).focus()
    page.keyboard.press("Enter")
    open_next_month(page)
    day = page.locator("[data-day][tabindex='0']")
    expect(day).to_have_count(1)
    before = date.fromisoformat(day.get_attribute("data-day") or "")
    day.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-day]:focus")).to_have_attribute("data-day", str(before + timedelta(days=1)))
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-day]:focus")).to_have_attribute("data-day", str(before))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"day={before}"))
    expect(page.locator("#times")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("[data-day]:focus")).to_have_attribute("data-day", str(before))  # the new part is in place
    next_day = page.locator("[data-focus-key=day-after]")
    following = next_day.inner_text()
    page.evaluate(NEXT_DAY_AT_ONCE)
    next_day.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-swaps", re.compile("[2-9]"))  # the page was not loaded again
    expect(next_day).not_to_have_text(following)
    expect(next_day).to_be_focused()
    page.locator(".slot").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/details/**")
    page.get_by_label("Where can I see what you have?").fill("https://example.com/app")
    page.get_by_role("button", name="Continue").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/**")
    page.get_by_role("button", name=re.compile("Request this session")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ada Moreno has your request")).to_be_visible()


def test_a_client_chooses_the_hours_with_the_slider_by_keyboard(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test", width=390)
    page.goto("/book/ada-moreno/")
    form = page.locator("[data-length]")
    slider = form.get_by_role("slider", name="Hours")
    expect(slider).to_have_attribute("aria-valuetext", "4 h, €380.00")
    slider.focus()
    page.keyboard.press("Home")
    expect(form.get_by_label("How many hours")).to_have_value("1")
    expect(form.get_by_text("1 h, €95.00")).to_be_visible()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    expect(form.get_by_text("8 h, €640.00")).to_be_visible()
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "24 h, €1,920.00")
    form.get_by_label("How many hours").fill("2.5")
    expect(slider).to_have_attribute("aria-valuetext", "2 h 30 min, €237.50")
    form.get_by_role("button", name=re.compile("Choose a time")).press("Enter")

    expect(page.locator(".options__price")).to_contain_text("€237.50")
    expect(page.locator(".slot").first).to_be_visible()


def test_a_client_types_the_hours_without_javascript(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test", script=False)
    page.goto("/book/ada-moreno/")
    form = page.locator("[data-length]")
    expect(form.get_by_role("slider")).to_be_hidden()
    form.get_by_label("How many hours").fill("8")
    form.get_by_role("button", name=re.compile("Choose a time")).click()

    expect(page.locator(".options__price")).to_contain_text("€640.00")
    page.get_by_label("By the day").check(force=True)
    page.get_by_role("button", name="Update").click()
    expect(page.locator(".pill").filter(has_text="16 h")).to_contain_text("€1,280.00")


def test_page_down_shows_the_next_month_and_keeps_the_focus(new_page: NewPage) -> None:
    page = new_page()
    open_times(page)
    title = page.locator("#month-title").inner_text()
    page.locator("[data-day][tabindex='0']").focus()
    page.keyboard.press("PageDown")

    expect(page.locator("#month-title")).not_to_have_text(title)
    expect(page.locator("[data-day]:focus")).to_have_count(1)
    page.keyboard.press("PageUp")
    expect(page.locator("#month-title")).to_have_text(title)


def test_a_slot_that_is_held_disappears_from_another_browser(new_page: NewPage) -> None:
    first, other = new_page(), new_page()
    for page in (first, other):
        open_times(page)
        wait_for_stream(page)
    slot = first.locator(".slot").last
    value = slot.get_attribute("value")
    expect(other.locator(f".slot[value='{value}']")).to_have_count(1)

    slot.click()

    expect(other.locator(f".slot[value='{value}']")).to_have_count(0)
    first.get_by_role("button", name="Release this time").click()
    expect(other.locator(f".slot[value='{value}']")).to_have_count(1)


def test_leaving_the_wizard_releases_the_time(new_page: NewPage) -> None:
    first, other = new_page(), new_page()
    for page in (first, other):
        open_times(page)
        wait_for_stream(page)
    slot = first.locator(".slot").last
    value = slot.get_attribute("value")
    slot.click()
    expect(first.get_by_text("Held for you for")).to_be_visible()
    expect(other.locator(f".slot[value='{value}']")).to_have_count(0)
    first.get_by_role("link", name="Change the time").click()
    expect(first.get_by_role("grid")).to_be_visible()
    first.go_back()
    expect(first.get_by_text("Held for you for")).to_be_visible()

    first.get_by_role("link", name="Waymark", exact=True).first.click()

    expect(other.locator(f".slot[value='{value}']")).to_have_count(1)


def test_every_step_is_accessible_and_well_spaced_and_does_not_scroll_sideways(new_page: NewPage) -> None:
    page = new_page()

    def check_step(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        for width, theme in MODES:
            show(page, width, theme)
            check_page(page)
            assert spacing_faults(page) == [], (width, theme)

    open_times(page)
    wait_for_stream(page)
    check_step("Getting started")
    page.locator(".slot").last.click()
    check_step("A few details")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    check_step("A few details")
    fill_in(page)
    check_step("Review your booking")
    page.get_by_role("button", name="Book this session").click()
    check_step("You are booked")
    page.get_by_role("link", name="See the booking").click()
    check_step("Getting started")
    page.get_by_role("link", name="Move", exact=True).click()
    check_step("Choose a new time")
    page.go_back()
    page.get_by_role("link", name="Cancel", exact=True).click()
    check_step("Cancel this session?")
