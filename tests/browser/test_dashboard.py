"""Tests in a browser that builders can set up their week and offers by mouse, by text fields, and without JavaScript."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, box_of


@pytest.fixture
def week(new_page: NewPage) -> Page:
    """Opens the page of Ada's hours; tests that use it save nothing."""
    page = new_page(email="builder@demo.test")
    page.goto("/dashboard/availability/")
    expect(page.locator(".week__grid").get_by_text(re.compile("09:00.*12:00")).first).to_be_visible()
    return page


def test_dragging_adds_hours_and_writes_them_into_the_field(week: Page) -> None:
    saturday = week.get_by_label("Saturday")
    expect(saturday).to_have_value("")
    week.locator(".week__grid").evaluate("grid => grid.scrollIntoView({block: 'center'})")
    header = box_of(week.locator(".week__grid").get_by_text("Sat", exact=True))
    nine = box_of(week.locator(".week__grid").get_by_text("09:00", exact=True).first)
    eleven = box_of(week.locator(".week__grid").get_by_text("11:00", exact=True).first)
    week.mouse.move(header["x"] + header["width"] / 2, nine["y"] + 12)
    week.mouse.down()
    week.mouse.move(header["x"] + header["width"] / 2, nine["y"] + 40, steps=4)
    week.mouse.move(header["x"] + header["width"] / 2, eleven["y"] + 8, steps=6)
    week.mouse.up()

    expect(saturday).to_have_value(re.compile(r"^\d\d:\d\d–\d\d:\d\d$"))
    expect(week.get_by_text("Save to keep it.")).to_be_visible()


def test_a_click_removes_hours_and_can_be_undone(week: Page) -> None:
    monday = week.get_by_label("Monday")
    before = monday.input_value()
    week.locator(".week__grid").get_by_text(re.compile("09:00.*12:00")).first.click()
    expect(monday).not_to_have_value(before)

    week.get_by_role("button", name="Undo").click()
    expect(monday).to_have_value(before)


def test_typed_hours_are_shown_in_the_calendar(week: Page) -> None:
    sunday = week.get_by_label("Sunday")
    sunday.fill("10-11:30")
    sunday.press("Tab")

    expect(week.locator(".week__grid").get_by_text(re.compile("10:00.*11:30"))).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_hours_of_one_day_can_be_copied_to_all_days(new_page: NewPage, script: bool) -> None:
    page = new_page(email="builder@demo.test", script=script)
    page.goto("/dashboard/availability/")
    page.get_by_label("Monday").fill("8-10")
    page.get_by_role("button", name="Copy to all days from Monday").click()

    expect(page.get_by_label("Sunday")).to_have_value("8-10")


def test_the_preview_card_is_updated_while_typing(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test")
    page.goto("/dashboard/offers/new/?kind=one-to-one")
    page.get_by_label("Title").fill("A walk through your code")

    expect(page.locator("#preview").get_by_text("A walk through your code")).to_be_visible()
    page.get_by_role("button", name="Another length").click()
    expect(page.locator("[data-lines=prices]").get_by_label("Minutes", exact=True)).to_have_count(2)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_session_is_published_from_its_kind_on_one_screen(new_page: NewPage, script: bool) -> None:
    page = new_page(email="builder@demo.test", script=script)
    page.goto("/dashboard/offers/")
    page.get_by_role("link", name="New session").click()
    page.get_by_role("link", name="Free A first talk").click()
    expect(page.get_by_label("Price in EUR", exact=True).first).to_be_hidden()
    expect(page.locator("[name=address]")).to_be_hidden()
    page.get_by_label("In person", exact=True).check()
    expect(page.locator("[name=address]")).to_be_visible()
    page.get_by_label("In person", exact=True).uncheck()
    button = page.get_by_role("button", name="Publish", exact=True)
    box = box_of(button)
    assert page.viewport_size
    assert box["y"] + box["height"] <= page.viewport_size["height"], "no scrolling before publishing"
    page.get_by_label("Title").fill(f"First talk {script}")
    button.click()

    item = page.locator(".offers__item", has_text=f"First talk {script}")
    expect(item.get_by_text("Published")).to_be_visible()
    item.get_by_role("button", name=re.compile("Unpublish")).click()  # other tests of these pages do not expect it


def test_clicking_a_time_that_is_not_offered_shows_why(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test", width=390)
    page.goto("/dashboard/availability/preview/")
    page.get_by_role("link", name="The week after").click()
    page.get_by_label("Seen from").select_option("Asia/Kathmandu")
    page.get_by_role("button", name="Show times").click()
    expect(page.get_by_label("Seen from")).to_have_value("Asia/Kathmandu")
    for _ in range(8):
        if page.locator(".is-missing a").count():
            break
        address = page.get_by_role("link", name="The week after").get_attribute("href")
        page.goto(urljoin(page.url, address or ""))
    page.locator(".is-missing a").first.click()

    expect(page.get_by_text(re.compile("is not offered:"))).to_be_visible()


def test_offers_can_be_reordered_by_dragging(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test")
    page.goto("/dashboard/offers/")
    names = page.locator(".offers__item .card__name")
    before = names.all_inner_texts()
    items = page.locator(".offers__item")
    first, second = box_of(items.nth(0)), box_of(items.nth(1))
    page.mouse.move(second["x"] + 40, second["y"] + 40)  # upwards: the end of a tall offer is below the window
    page.mouse.down()
    page.mouse.move(first["x"] + 40, first["y"] + first["height"] * 0.2, steps=10)  # in steps, as by hand
    with page.expect_response(re.compile("/dashboard/offers/order/")):
        page.mouse.up()
    expect(names.nth(0)).to_have_text(before[1])
    page.reload()
    expect(names.nth(0)).to_have_text(before[1])

    page.get_by_role("button", name=f"Move up {before[0]}").click()  # restores the order for other tests
    expect(names.nth(0)).to_have_text(before[0])


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_dashboard_shows_other_weeks(new_page: NewPage, script: bool) -> None:
    page = new_page(email="builder@demo.test", script=script)
    page.goto("/dashboard/")
    expect(page.locator(".board__day--today")).to_have_count(1)
    page.get_by_role("link", name="Later").click()

    expect(page.locator(".board__day--today")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"\?from=\d{4}-\d\d-\d\d$"))
    page.get_by_role("link", name="Today").click()
    expect(page.get_by_role("heading", name="The next seven days")).to_be_visible()


def test_the_current_tab_is_scrolled_into_view(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test", width=390)
    page.goto("/dashboard/availability/preview/")

    expect(page.get_by_label("Dashboard").get_by_role("link", name="What clients see")).to_be_in_viewport(ratio=1)


def test_the_week_in_the_twelve_hour_format(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test")
    try:
        choose_format(page, "2:30 PM")
        page.goto("/dashboard/availability/")
        expect(page.get_by_label("Monday")).to_have_value("9:00 AM–12:00 PM, 1:00 PM–5:00 PM")
        expect(page.locator(".week__grid").get_by_text(re.compile(r"9:00.*12:00")).first).to_be_visible()
        page.get_by_label("Saturday").fill("9-12, 1-5pm")
        page.get_by_label("Saturday").blur()
        expect(page.locator(".week__grid").get_by_text(re.compile(r"^1:00.*5:00"))).to_have_count(6)
    finally:
        choose_format(page, "14:30")


def choose_format(page: Page, clock: str) -> None:
    page.goto("/account/")
    page.get_by_label(clock).check()
    page.get_by_role("button", name="Save your details").click()
    expect(page.get_by_text("Your details have been saved.")).to_be_visible()
