"""After a session, in a real browser: a review, a file, a dispute, a project."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_every_page import violations


def look(page: Page, heading: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def latest_session(page: Page, person: str) -> None:
    """With that person, of those that are over."""
    page.locator(".booking", has_text=person).first.get_by_role("link").click()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_client_reviews_a_session(new_page: NewPage, script: bool) -> None:
    page = new_page(width=320, theme="dark", email="client@demo.test", script=script)
    page.goto("/bookings/?show=past")
    latest_session(page, "Ada Moreno")
    page.get_by_role("link", name="review").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How was it?")
    if script:
        look(page, "How was it?")

    page.get_by_text("4 stars, good").click()
    page.get_by_label("In words").fill("Clear, and kind about the mess.")
    page.get_by_role("button", name=re.compile("Send the review|Change it")).click()

    expect(page.get_by_text("Yours is in.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_builder_adds_a_file(new_page: NewPage, script: bool) -> None:
    page = new_page(email="builder@demo.test", script=script)
    page.goto("/dashboard/bookings/?show=past")
    latest_session(page, "Cleo Park")
    page.get_by_role("link", name="Add files and links").click()
    if script:
        look(page, "What came out of it")
    name = f"plan-{script}.pdf"

    page.get_by_label("A file").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    page.get_by_role("button", name="Add it").click()

    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    page.get_by_label("A file").set_input_files({"name": "run.exe", "mimeType": "", "buffer": b"MZ"})
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("We do not take files of this kind").first).to_be_visible()


def test_support_settles_a_dispute(new_page: NewPage) -> None:
    page = new_page(width=320, email="support@demo.test")
    page.goto("/notifications/")
    page.get_by_role("button", name=re.compile("Dispute about")).first.click()
    page.get_by_role("link", name="The dispute").click()
    look(page, re.compile("Dispute about"))

    page.get_by_text("It counts as completed").click()
    page.get_by_label("Why").fill("Both were there, and a second time was offered.")
    page.get_by_role("button", name="Settle it").click()

    look(page, "This dispute is settled")


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_a_project_and_its_sessions(new_page: NewPage, width: int, theme: str) -> None:
    page = new_page(width=width, theme=theme, email="client@demo.test")
    page.goto("/projects/")
    look(page, "Your projects")
    page.get_by_role("link", name="Threadbare, the launch").click()
    look(page, "Threadbare, the launch")
    expect(page.get_by_role("link", name="Sketch of the first screen")).to_be_visible()
    page.locator(".booking").first.get_by_role("link").click()
    look(page, re.compile(".+"))
    page.get_by_role("link", name="did not come").click()
    look(page, re.compile("Did Ada Moreno not come"))
    page.goto("/projects/new/")
    look(page, "A new project")
