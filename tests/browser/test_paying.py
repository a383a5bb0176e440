"""A test in a browser: a client pays for sessions on the page of the stand-in for Stripe, with each kind of card."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from sandbox.server import Sandbox
from tests import databases, environment
from tests.browser.accessibility import check_page
from tests.browser.conftest import NewPage
from tests.servers import serving

TITLE = "App review, screen by screen"


@pytest.fixture
def site() -> Iterator[str]:
    """Returns a site of its own, which uses the stand-in as Stripe."""
    name = f"waymark_stripe_{environment.WORKER}"
    databases.clone_demo(name)
    with Sandbox() as sandbox:
        threading.Thread(target=sandbox.serve_forever, daemon=True).start()
        settings = {
            "STRIPE_SECRET_KEY": "sk_test_waymark",
            "STRIPE_API_BASE": f"{sandbox.address}/stripe",
            "OUTSIDE_TRUSTED": f"127.0.0.1:{sandbox.server_address[1]}",
        }
        with serving(name, **settings) as address:
            yield address
        sandbox.shutdown()
    databases.drop(name)


def expect_step(page: Page, heading: str, *, is_first: bool) -> None:
    """Waits for a page, and checks it the first time."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    if is_first:
        check_page(page)


def book_to_pay(page: Page, *, is_first: bool = False) -> None:
    """Chooses the first time of the next month, and goes on to the page of Stripe."""
    page.goto("/book/ada-moreno/")
    page.get_by_role("link", name=f"Choose a time for {TITLE}").click()
    expect(page.get_by_role("grid")).to_be_visible()
    page.goto(urljoin(page.url, page.locator("#month-after").get_attribute("href") or ""))
    page.locator(".slot").first.click()
    page.get_by_role("button", name="Continue").click()
    expect_step(page, "Review your booking", is_first=is_first)
    expect(page.get_by_text("The amount is reserved on your card")).to_be_visible()
    page.get_by_role("button", name="Continue to payment").click()
    expect_step(page, "Pay €110.00", is_first=is_first)
    page.get_by_role("link", name="Continue to payment").click()
    expect(page.get_by_text("this page stands in for Stripe")).to_be_visible()


def expect_reserved(page: Page, *, is_first: bool = False) -> None:
    """Comes back from Stripe, whose webhooks do not reach this site, and asks what came of it."""
    expect_step(page, "Checking your payment", is_first=is_first)
    page.get_by_role("button", name="Check payment").click()
    expect_step(page, "€110.00 is reserved on your card", is_first=is_first)


def test_a_client_pays_by_card_and_with_one_that_is_declined_or_asks_for_authentication(new_page: NewPage) -> None:
    page = new_page(width=390, email="client@demo.test")
    book_to_pay(page, is_first=True)
    page.get_by_role("button", name="4242 4242 4242 4242").click()
    expect_reserved(page, is_first=True)
    page.get_by_role("link", name="See the booking").click()
    expect(page.locator(".story")).to_contain_text("€110.00 reserved with visa 4242")

    book_to_pay(page)
    page.get_by_role("button", name="4000 0000 0000 0002").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("link", name="Go back without paying").click()
    expect_step(page, "Pay €110.00", is_first=False)
    page.get_by_role("link", name="Continue to payment").click()
    page.get_by_role("button", name="4242 4242 4242 4242").click()
    expect_reserved(page)

    book_to_pay(page)
    page.get_by_role("button", name="4000 0027 6000 3184").click()
    page.get_by_role("button", name="Complete authentication").click()
    expect_reserved(page)
