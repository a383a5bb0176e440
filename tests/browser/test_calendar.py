"""Tests of the calendar in a browser: sessions are moved with the mouse and by keyboard, and moved back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage, box_of


def open_week_of(page: Page, title: str) -> Locator:
    """Opens the first week with a session of this name that can be moved, and returns the session."""
    for weeks in range(4):
        day = datetime.now(UTC).date() + timedelta(weeks=weeks)
        page.goto(f"/dashboard/calendar/?show=week&day={day}")
        page.locator(".planner .entry").first.wait_for()
        entry = page.locator(".planner .entry[aria-keyshortcuts]", has_text=title).first
        if entry.count():
            page.locator(".planner__grid").evaluate("grid => grid.scrollIntoView({block: 'end'})")
            return entry
    raise AssertionError(f"{title} is in no week")


def drag_to(page: Page, entry: Locator, hour: str) -> None:
    """Drags a session to an hour of the same day."""
    box, row = box_of(entry), box_of(page.locator(".planner").get_by_text(hour, exact=True).first)
    x, y = box["x"] + box["width"] / 2, box["y"] + 6
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 4, y + 8, steps=3)
    page.mouse.move(x, row["y"] + 10, steps=10)
    page.mouse.up()


def test_a_session_is_dragged_refused_moved_and_moved_back(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test")
    entry = open_week_of(page, "App review")
    when = entry.get_attribute("aria-description") or ""
    same = page.locator(f'.planner .entry[aria-description="{when}"]', has_text="App review")

    drag_to(page, entry, "17:00")  # when Ada closes on every day
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Outside the working hours")).to_be_visible()
    expect(same).to_have_count(1)  # it is back where it was
    dialog.get_by_role("link", name=re.compile(r"^\w{3} \d")).first.click()
    expect(dialog.get_by_text("Nothing. The price stays")).to_be_visible()
    dialog.get_by_role("button", name="Move session").click()

    expect(page.get_by_text("will get a mail about it.")).to_be_visible()
    expect(same).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Moved back.")).to_be_visible()
    expect(same).to_have_count(1)


def test_a_session_is_moved_by_keyboard(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test")
    entry = open_week_of(page, "App review")

    entry.press("m")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Move this session")).to_be_focused()
    dialog.get_by_label("Start").fill("07:00")  # before Ada opens, so that free times are offered
    dialog.get_by_role("button", name="Continue").press("Enter")
    heading = dialog.get_by_role("heading", level=1)
    expect(heading).to_contain_text("is not available")
    dialog.get_by_role("link", name=re.compile(r"^\w{3} \d")).first.press("Enter")
    expect(heading).to_contain_text("Move to")
    expect(heading).to_be_focused()
    before = heading.inner_text()
    page.keyboard.press("ArrowDown")
    expect(heading).not_to_have_text(before)
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(entry).to_be_focused()


def test_the_page_of_an_agenda_is_accessible(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test")
    page.goto("/dashboard/bookings/?show=all&state=CONFIRMED")
    booking = page.locator('main a[href*="/bookings/WM-"]').first.get_attribute("href") or ""
    page.goto(f"{booking.partition('#')[0]}agenda/")

    expect(page.locator("main textarea")).to_be_visible()
    assert violations(page) == []


def test_an_empty_day_is_scrolled_by_keyboard(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test", fresh=True)
    page.route(re.compile("/calendar/entries/"), lambda route: route.fulfill(json={"entries": [], "opened": []}))
    page.goto("/dashboard/calendar/?show=day")
    hours = page.locator(".planner [role=rowgroup][tabindex]")
    hours.wait_for()
    assert page.locator(".planner .entry").count() == 0
    assert violations(page) == []

    hours.focus()
    page.keyboard.press("Home")
    page.wait_for_function("hours => hours.scrollTop === 0", arg=hours.element_handle())
    page.keyboard.press("End")
    page.wait_for_function("hours => hours.scrollTop > 0", arg=hours.element_handle())
