"""Tests in a browser of what comes next after a session: one click for each skill, the next step, and saved searches."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage

CLIENT = "client@demo.test"


def open_session(page: Page) -> None:
    """Opens the page of a session after which skills can be updated, by its task on the home page."""
    page.goto("/")
    task = page.get_by_role("link", name=re.compile("^Update skills: "))
    page.goto((task.first.get_attribute("href") or "").removesuffix("skills/"))


def test_one_click_says_that_a_skill_moved_and_the_next_step_has_a_time(new_page: NewPage) -> None:
    page = new_page(email=CLIENT, width=390, theme="dark")
    open_session(page)
    choice = page.locator("#skills").get_by_role("button", name=re.compile("^Not yet")).first
    choice.click()

    expect(page.locator("#skills [aria-pressed=true]")).to_have_count(1)
    step = page.get_by_role("region", name=re.compile("^Next: "))
    expect(step).to_be_visible()
    expect(page.get_by_role("banner")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert violations(page) == []
    step.get_by_role("link", name=re.compile("^Book ")).first.click()
    expect(page).to_have_url(re.compile(r"/book/.+start="))


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_search_is_saved_with_one_click(new_page: NewPage, *, script: bool) -> None:
    page = new_page(email=CLIENT, width=390, script=script)
    page.goto(f"/builders/?q={'mixing' if script else 'mastering'}&time=evening")
    page.get_by_role("button", name="Save this search").click()

    expect(page.get_by_role("heading", name="Saved searches", level=1)).to_be_visible()
    name = f"{'mixing' if script else 'mastering'}, Evenings from 18:00"
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    if script:
        assert violations(page) == []
    page.get_by_role("button", name=f"Delete {name}").click()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
