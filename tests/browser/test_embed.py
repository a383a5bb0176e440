"""A test in a browser: a guest books in the frame of a page on another site, on a phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from sandbox.server import Sandbox
from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage


@pytest.fixture
def other_site(site: str) -> Iterator[str]:
    """Returns the address of a page on another site: `localhost` is not the host of ours, and the port differs."""
    with Sandbox() as server:
        server.other_site.waymark = site
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/site/"
        server.shutdown()


def test_a_guest_books_on_a_page_of_another_site_and_the_page_hears_of_it(new_page: NewPage, other_site: str) -> None:
    page = new_page(width=390)
    page.goto(other_site)
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Choose a time for Getting started").click()
    expect(page.locator("#events")).to_contain_text('ready {"step":"times"}')
    assert violations(page, with_frames=False) == []
    frame.locator("button.slot").first.click()
    expect(frame.get_by_label("Your name")).to_have_value("Gwen Guest")
    inside = page.frames[1]
    assert inside.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    inside.wait_for_function("document.documentElement.scrollHeight - innerHeight <= 1")
    frame.get_by_label("How far are you?").select_option(index=1)
    frame.get_by_role("button", name="Book this session").click()

    expect(frame.get_by_role("heading", name="You are booked")).to_be_visible()
    expect(page.locator("#events")).to_contain_text('booked {"reference":"WM-')
    assert page.context.cookies() == []

    page.get_by_role("link", name="As a button").click()
    page.get_by_role("link", name="Book a session with me").click()
    expect(frame.get_by_role("heading", name="What would you like to book?")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
