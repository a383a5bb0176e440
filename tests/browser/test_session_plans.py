"""Tests in a browser that a client plans a series: by phone, by dragging, by keyboard and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import check_modes
from tests.browser.conftest import NewPage, box_of

CLIENT = "client@demo.test"


def propose(page: Page, *, evenings: str = "two") -> None:
    """Proposes six weeks with Ada on Accelerate. Her days end before the evening, so at any time of the day."""
    page.goto("/session-plans/new/?pathway=accelerate&builder=ada-moreno")
    page.get_by_label("Say it in a sentence").fill(f"{evenings} times a week for six weeks")
    page.get_by_label("Time of day").select_option("")
    page.get_by_role("button", name="Propose sessions").click()
    expect(page.get_by_role("heading", name="Your session plan", level=1)).to_be_visible()


def sessions(page: Page) -> Locator:
    return page.locator("[data-session]")


def when_of(session: Locator) -> str:
    return session.locator(".planned__time").inner_text()


def drag_to_a_free_day(page: Page, session: Locator) -> str:
    """Drags the session by its handle to the next marked day, and returns what that day is."""
    grip = session.locator("[data-grip]")
    grip.evaluate("handle => handle.scrollIntoView({block: 'center'})")  # the bar below hides what is at the edge
    box = box_of(grip)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 20, steps=4)
    free = page.locator(".plan-week__day.is-free .plan-week__date")
    free.first.wait_for()
    own = session.locator("xpath=ancestor::li").get_attribute("data-day")
    week = session.locator("xpath=ancestor::section")
    target = week.locator(f".plan-week__day.is-free:not([data-day='{own}']) .plan-week__date").first
    target.wait_for()
    goal = box_of(target)
    page.mouse.move(goal["x"] + goal["width"] / 2, goal["y"] + goal["height"] / 2, steps=8)
    expect(page.locator(".plan-week__day.is-target")).to_have_count(1)
    day = page.locator(".plan-week__day.is-target").get_attribute("data-day") or ""
    page.mouse.up()
    return day


@pytest.mark.parametrize("width", [390, 1280])
def test_a_session_is_dragged_to_another_day_and_back(new_page: NewPage, width: int) -> None:
    page = new_page(email=CLIENT, width=width)
    propose(page)
    first = sessions(page).first
    key, before = first.get_attribute("id"), when_of(first)

    day = drag_to_a_free_day(page, first)

    moved = page.locator(f"#{key}")
    expect(page.get_by_text("Moved.")).to_be_visible()
    expect(page.locator(f"[data-day='{day}'] #{key}")).to_be_visible()
    assert when_of(moved) != before
    page.get_by_role("button", name="Undo").click()
    expect(moved.locator(".planned__time")).to_have_text(before)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_session_is_moved_by_keyboard(new_page: NewPage) -> None:
    page = new_page(email=CLIENT)
    propose(page)
    first = sessions(page).first
    key, before = first.get_attribute("id"), when_of(first)
    grip = first.locator("[data-grip]")

    grip.press("Enter")
    status = page.locator("[data-plan-status]")
    expect(status).to_contain_text("Enter moves the session there")
    page.keyboard.press("Escape")
    expect(status).to_have_text("The session stays where it was.")
    assert when_of(first) == before
    grip.press("Enter")
    expect(status).to_contain_text("Enter moves the session there")
    said = status.inner_text()
    page.keyboard.press("ArrowRight")
    expect(status).not_to_have_text(said)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Moved.")).to_be_visible()
    expect(page.locator(f"#{key} .planned__time")).not_to_have_text(before)


def test_the_pages_of_a_plan_are_accessible(new_page: NewPage) -> None:
    page = new_page(email=CLIENT)
    propose(page)
    check_modes(page)
    page.get_by_role("link", name=re.compile("^Change session 1,")).click()
    expect(page.get_by_role("heading", name="Move this session")).to_be_visible()
    check_modes(page)
    page.go_back()
    page.get_by_role("link", name="Add a session").click()
    check_modes(page)
    page.go_back()
    page.get_by_role("button", name="Hold and review").click()
    expect(page.get_by_role("heading", name="Review your plan")).to_be_visible()
    check_modes(page)
    page.get_by_role("button", name="Release these times").click()
    expect(page.get_by_role("button", name="Hold and review")).to_be_visible()


def test_a_plan_is_changed_and_booked_without_javascript(new_page: NewPage) -> None:
    page = new_page(email=CLIENT, width=390, script=False)
    propose(page, evenings="one")
    count = sessions(page).count()
    before = when_of(sessions(page).first)

    page.get_by_role("link", name=re.compile("^Change session 1,")).click()
    page.get_by_role("button", name=re.compile(r"^\w{3} \d+ \w{3}, ")).last.click()
    expect(page.get_by_text("Your plan is changed.")).to_be_visible()
    assert when_of(sessions(page).first) != before or count == 1
    page.get_by_role("button", name="Undo").click()
    expect(sessions(page).first.locator(".planned__time")).to_have_text(before)
    page.get_by_role("button", name="Hold and review").click()
    page.get_by_role("button", name=re.compile(f"(Request|Book) {count} session")).click()

    expect(page.get_by_role("heading", name=f"0 of {count} sessions done")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Cancel the")).click()
    page.get_by_role("button", name=re.compile(f"^Cancel {count} session")).click()
    expect(page.get_by_text(re.compile(f"{count} sessions? cancelled")).first).to_be_visible()
