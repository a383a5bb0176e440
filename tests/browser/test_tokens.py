"""Tests API tokens in a browser: creating, revoking, and keeping them when the password changes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_modes
from tests.browser.conftest import NewPage


def make_token(page: Page, name: str) -> str:
    page.goto("/account/tokens/")
    page.get_by_label("What is it for?").fill(name)
    page.get_by_label("Read and book").check()
    page.get_by_label("How long should it work?").select_option(label="90 days")
    page.get_by_role("button", name="Create a token").click()
    return page.locator("pre").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_token_is_made_and_revoked(new_page: NewPage, script: bool) -> None:
    page = new_page(email="client@demo.test", script=script)

    assert make_token(page, f"script {script} {'x' * 60}").startswith("wm_")
    row = page.get_by_role("row").filter(has_text=f"script {script}")
    expect(row).to_contain_text("Read and book")
    if script:
        check_modes(page)

    row.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("The token has been revoked")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=f"script {script}")).to_have_count(0)


def test_the_password_page_offers_to_keep_the_tokens(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test")
    make_token(page, "kept")
    page.goto("/account/password/change/")

    expect(page.get_by_label("Keep my API tokens")).not_to_be_checked()
    check_modes(page)

    page.goto("/account/tokens/")
    page.get_by_role("button", name="Revoke all tokens").click()
    expect(page.get_by_text("You have no tokens.")).to_be_visible()
