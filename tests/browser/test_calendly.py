"""A test in a browser: from connecting Calendly to a session that is booked in its frame and cancelled there."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from sandbox.calendly.sample import TOKEN, fill
from sandbox.server import Sandbox
from tests import databases, environment
from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage
from tests.servers import serving


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Returns a stand-in with Ada's account, whose webhooks the test sends."""
    with Sandbox() as server:
        state = server.calendly.state
        state.pages = f"{server.address}/calendly"
        fill(state)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def site(sandbox: Sandbox) -> Iterator[str]:
    """Returns a site of its own, which uses the stand-in as Calendly."""
    name = f"waymark_calendly_{environment.WORKER}"
    databases.clone_demo(name)
    trusted = f"127.0.0.1:{sandbox.server_address[1]}"
    with serving(name, SANDBOX_URL=sandbox.address, OUTSIDE_TRUSTED=trusted) as address:
        yield address
    databases.drop(name)


def connect_and_offer(page: Page, sandbox: Sandbox) -> None:
    """Connects Ada's account, while Calendly has a fault at first, and offers an event type on Calendly's own page."""
    page.goto("/dashboard/connections/calendly/")
    page.get_by_label("Personal access token").fill(TOKEN)
    sandbox.calendly.set_fault("500")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("has a problem at the moment").first).to_be_visible()
    sandbox.calendly.set_fault("none")
    page.get_by_label("Personal access token").fill(TOKEN)
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_role("link", name="Quick call").click()
    page.get_by_label("Free, even for guests").check()
    page.get_by_label("On Calendly's own page").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("can be booked").first).to_be_visible()


def test_a_guest_books_in_the_frame_and_cancels_on_calendly(new_page: NewPage, sandbox: Sandbox) -> None:
    connect_and_offer(new_page(email="builder@demo.test"), sandbox)
    page = new_page(width=390)
    page.goto("/book/ada-moreno/")
    page.get_by_role("link", name=re.compile("Quick call")).first.click()
    frame = page.frame_locator("iframe.calendly")
    expect(frame.get_by_role("heading", name="Quick call")).to_be_visible()
    assert violations(page, with_frames=False) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    frame.get_by_label("Name").fill("Gwen Guest")
    frame.get_by_label("Email").fill("gwen@guests.test")
    frame.get_by_role("button", name="Schedule event").click()

    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
    page.get_by_role("link", name="See the booking").click()
    booking = page.url
    page.get_by_role("link", name="cancel it there").click()
    page.get_by_role("button", name="Cancel event").click()
    expect(page.get_by_role("heading", name="Canceled")).to_be_visible()
    assert sandbox.calendly.deliveries.send_due(all_of_them=True) == 2

    page.goto(booking)
    expect(page.get_by_text("Cancelled").first).to_be_visible()
