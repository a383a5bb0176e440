"""Tests the choice of a place in a browser, and a builder's link from its page to the client's booking."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage

ROOM = "https://meet.example.com/just-for-this"


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_client_books_a_session_at_their_own_address(new_page: NewPage, script: bool) -> None:
    page = new_page(email="client@demo.test", width=390, script=script)
    page.goto("/book/ada-moreno/")
    page.get_by_role("link", name=re.compile("Choose a time for Release day")).click()
    page.locator(".slot").first.click()
    page.wait_for_url("**/details/**")
    street = page.get_by_label("Street and number")
    expect(street).to_be_hidden()

    page.get_by_label(re.compile("At your place")).check()
    expect(street).to_be_visible()
    if script:
        assert violations(page) == []
    street.fill("Reeperbahn 1")
    page.get_by_label("Town").fill("Hamburg")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Hamburg is about 1").first).to_be_visible()

    street.fill("Kantstraße 148")
    page.get_by_label("Town").fill("Berlin")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("At your place: Kantstraße 148, Berlin")).to_be_visible()
    page.get_by_role("button", name=re.compile("Request this session")).click()
    page.get_by_role("link", name="See the booking").click()
    expect(page.get_by_role("link", name="Open in your map app")).to_have_attribute("href", re.compile("^geo:"))


def test_a_builder_sets_a_link_for_one_booking_and_the_client_reads_it(new_page: NewPage) -> None:
    builder = new_page(email="builder@demo.test")
    builder.goto("/dashboard/bookings/?q=Cleo+Accelerate")
    builder.locator(".booking", has_text="Confirmed").get_by_role("link", name=re.compile("Accelerate")).first.click()
    link = builder.get_by_role("link", name="Use another link for this session")
    expect(link).to_be_visible()
    address = builder.url
    link.click()
    field = builder.get_by_label("Link for this session")
    field.fill("http://localhost/room")
    builder.get_by_role("button", name="Save the link").click()
    expect(builder.get_by_text("Enter a link that begins with https://.").first).to_be_visible()
    assert violations(builder) == []
    field.fill(ROOM)
    builder.get_by_role("button", name="Save the link").click()
    expect(builder.get_by_role("link", name=ROOM)).to_be_visible()

    client = new_page(email="client@demo.test")
    client.goto(address)
    expect(client.get_by_role("link", name=ROOM)).to_be_visible()
    assert violations(client) == []
