"""Finding the right builder, in a real browser: by mouse, by keyboard, and on to the booking."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.test_every_page import violations


def test_somebody_for_mixing_near_berlin_who_is_free_on_tuesday(new_page: NewPage) -> None:
    """One form, one look, one click to the wizard."""
    page = new_page(email="client@demo.test")
    page.goto("/builders/")
    page.get_by_text("Filters").click()
    page.get_by_label("Kind of work").select_option("mixing")
    page.get_by_label("Near").fill("Berlin")
    page.get_by_label("At most an hour").fill("80")
    page.get_by_label("Currency").select_option("EUR")
    page.get_by_label("On", exact=True).select_option("1")
    page.get_by_label("On", exact=True).press("Tab")

    expect(page.get_by_role("link", name=re.compile("^Within 25 miles of Berlin"))).to_be_visible()
    expect(page.locator("#results [role=status]")).to_have_text("1 builder")
    assert violations(page) == []
    expect(page).to_have_url(re.compile(r"\?service=mixing&max_rate=80&currency=EUR&place=Berlin&miles=25&day=1$"))
    page.locator(".bcard__book").first.click()
    expect(page).to_have_url(re.compile(r"/book/"))


def test_the_same_by_keyboard_alone(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test", width=390)
    page.goto("/builders/")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("mastering")
    expect(page.locator("#results [role=status]")).to_contain_text("for “mastering”")
    page.locator(".bcard .card__link").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/builders/[\w-]+/$"))


def test_filters_without_javascript(new_page: NewPage) -> None:
    page = new_page(script=False)
    page.goto("/builders/?rating=4.5")
    page.get_by_text("Filters").click()
    page.get_by_label("Pathway", exact=True).select_option("accelerate")
    page.get_by_role("button", name="Search").click()

    expect(page.get_by_role("link", name=re.compile("^Accelerate"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^4.5 stars and more")).click()
    expect(page.get_by_role("link", name="Ada Moreno", exact=True)).to_be_visible()


def test_a_builder_pauses_a_pathway(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test")
    page.goto("/dashboard/listing/")
    ways = page.locator(".bcard__ways")
    expect(ways.get_by_text("Play")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Pause.*Play")).click()
    expect(page.get_by_text("Paused. Those who are on it")).to_be_visible()
    expect(ways.get_by_text("Play")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Take new people.*Play")).click()
    expect(ways.get_by_text("Play")).to_be_visible()
