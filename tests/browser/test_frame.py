"""Tests the frame of all pages in a browser: menus, themes, search while typing, toasts, dialogs, live updates."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.live import wait_for_stream


def test_the_first_tab_skips_to_the_content(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/builders/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_menu_can_be_used_by_keyboard(new_page: NewPage) -> None:
    page = new_page(width=390)
    page.goto("/")
    burger = page.get_by_label("Menu", exact=True)
    burger.focus()
    page.keyboard.press("Enter")
    link = page.get_by_label("Main, small screen").get_by_role("link", name="Pathways")
    expect(link).to_be_visible()

    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(burger).to_be_focused()


def test_a_menu_closes_on_a_click_elsewhere(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/")
    page.get_by_label("Theme").click()
    expect(page.get_by_role("button", name="Terminal")).to_be_visible()

    page.get_by_role("heading", level=1).click()
    expect(page.get_by_role("button", name="Terminal")).to_be_hidden()


def choose_theme(page: Page, name: str) -> None:
    page.get_by_label("Theme").click()
    page.get_by_role("button", name=name).click()


def test_a_theme_changes_without_reload_and_is_rendered_by_the_server(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/pathways/")
    page.evaluate("window.stayed = true")

    choose_theme(page, "Terminal")
    expect(page.locator("html")).to_have_attribute("data-theme", "terminal")
    assert page.evaluate("window.stayed") is True
    expect(page.get_by_role("button", name="Terminal")).to_have_attribute("aria-pressed", "true")

    answer = page.goto("/")
    assert answer
    assert 'data-theme="terminal"' in answer.text(), "the server renders it"


def test_a_theme_can_be_chosen_without_javascript(new_page: NewPage) -> None:
    page = new_page(script=False)
    page.goto("/pathways/pivot/")

    choose_theme(page, "Dark")

    expect(page).to_have_url(re.compile(r"/pathways/pivot/$"))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_search_results_are_updated_while_typing(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/builders/")
    page.get_by_role("searchbox").fill("mixing")

    expect(page.get_by_role("status").first).to_contain_text("for “mixing”")
    expect(page).to_have_url(re.compile(r"\?q=mixing$"))
    page.get_by_role("searchbox").fill("zither")
    expect(page.get_by_role("heading", name="Nobody for “zither”")).to_be_visible()
    page.get_by_role("link", name="Show all builders").click()
    expect(page.locator("#results").get_by_text(re.compile(r"^\s*\d+\s+builders\s*$"))).to_be_visible()


def test_search_works_without_javascript(new_page: NewPage) -> None:
    page = new_page(script=False)
    page.goto("/")
    page.get_by_role("searchbox").fill("podcast")
    page.get_by_role("button", name="Search").click()

    expect(page.get_by_role("status").first).to_contain_text("for “podcast”")


def test_the_whole_card_is_clickable(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/builders/?q=ada")
    page.locator(".card").first.click(position={"x": 8, "y": 8})

    expect(page).to_have_url(re.compile(r"/builders/ada-moreno/$"))


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_show_more_adds_cards_or_opens_the_next_page(new_page: NewPage, *, script: bool) -> None:
    page = new_page(script=script)
    page.goto("/builders/")
    cards = page.locator(".card--link .card__link")
    expect(cards).to_have_count(12)
    first = set(cards.all_inner_texts())
    page.get_by_role("link", name="Show more").click()

    if script:
        expect(cards).not_to_have_count(12)
        names = cards.all_inner_texts()
        assert first < set(names)
        expect(page.locator(".bcards > *").nth(12).locator("a, button").first).to_be_focused()
    else:
        expect(page).to_have_url(re.compile(r"after="))
        expect(cards.first).to_be_visible()
        page.wait_for_load_state("load")
        names = cards.all_inner_texts()
        assert not first & set(names)
    assert len(names) == len(set(names))


def test_show_more_reviews_moves_the_focus_to_the_first_new_one(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/builders/ada-moreno/")
    reviews = page.locator("#reviews .stack > .card")
    count = reviews.count()
    page.get_by_role("link", name="Show more reviews").press("Enter")

    expect(reviews).not_to_have_count(count)
    first_new = reviews.nth(count)
    assert first_new.evaluate("review => review.contains(document.activeElement)")


def test_toasts_and_dialogs_can_be_closed(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/styleguide/?toast=1")
    good = page.get_by_text("Saved. Your hours are up to date.")
    expect(good).to_be_visible()
    page.get_by_label("Dismiss").first.click()
    expect(good).to_be_hidden()
    page.get_by_label("Dismiss").first.click()

    page.get_by_role("link", name="Open a dialog").click()
    dialog = page.get_by_role("dialog", name="Cancel this session?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Open a dialog").click()
    page.get_by_role("button", name="Keep it").click()
    expect(dialog).to_be_hidden()


def test_a_new_email_appears_in_the_open_inbox(new_page: NewPage) -> None:
    inbox, other = new_page(), new_page()
    inbox.goto("/demo/mail/")
    wait_for_stream(inbox)
    address = f"{secrets.token_hex(4)}@people.test"  # the page shows the latest hundred, also those of other tests

    other.goto("/account/password/reset/")
    other.get_by_label("Email").fill(address)
    other.get_by_role("button", name="Send the link").click()

    expect(inbox.locator(".letters li").filter(has_text=address)).to_have_count(1)


def test_the_api_docs_page_shows_the_operations(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/api/docs")

    expect(page.get_by_text("Who am I?")).to_be_visible()
