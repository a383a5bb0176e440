"""Signing up in a browser, and opening the link in an email."""

from __future__ import annotations

import secrets

from playwright.sync_api import Page, expect


def join(page: Page, name: str) -> str:
    """Signs up from the home page and confirms the address; returns the address."""
    page.goto("/")
    page.get_by_role("link", name="Join").first.click()
    email = fill_in_and_confirm(page, name)
    expect(page.locator("summary").filter(has_text=f"Your account, {name}")).to_be_visible()
    return email


def fill_in_and_confirm(page: Page, name: str) -> str:
    """Fills in the sign-up form and confirms by the link in the email; returns the address."""
    email = f"{secrets.token_hex(4)}@people.test"
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill("a-long-enough-phrase")
    page.get_by_role("button", name="Create your account").click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    open_email_link(page, email)
    page.get_by_role("button", name="Yes, this is my address").click()
    return email


def open_email_link(page: Page, email: str) -> None:
    """Opens the link in the newest email to this address."""
    page.goto("/demo/mail/")
    page.locator(".letters a").filter(has_text=email).first.click()
    page.locator(".letter__text a").first.click()
