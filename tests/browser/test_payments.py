"""Tests in a browser: a builder records a payment, and the client reads it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.accessibility import check_page
from tests.browser.conftest import NewPage


def test_a_builder_marks_a_session_as_paid_and_the_client_reads_it(new_page: NewPage) -> None:
    page = new_page(width=320, theme="dark", email="builder@demo.test")
    page.goto("/dashboard/payments/?show=unpaid")
    page.locator("tr", has_text="Cleo Park").first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Payment", exact=True)).to_be_visible()
    address = page.url
    page.get_by_role("link", name="Mark as paid").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mark as paid")
    check_page(page)

    page.get_by_label("Amount in EUR").fill("10")
    page.get_by_label("Paid by").select_option("Cash")
    page.get_by_role("button", name="Record this payment").click()

    expect(page.get_by_text("Payment recorded.")).to_be_visible()
    expect(page.locator("#payment")).to_contain_text("Part paid")

    plain = new_page(email="builder@demo.test", script=False)
    plain.goto(address)
    plain.get_by_role("link", name="Mark as paid").click()
    plain.get_by_role("button", name="Record this payment").click()
    expect(plain.get_by_text("Payment recorded.")).to_be_visible()

    client = new_page(width=320, email="client@demo.test")
    client.goto(address)
    payment = client.locator("#payment")
    expect(payment.locator(".badge")).to_have_text(re.compile(r"^\s*Paid\s*$"))
    expect(payment).to_contain_text("€10.00 Cash")
    expect(payment.get_by_role("link", name="Mark as paid")).to_have_count(0)
    expect(client.locator(".story")).to_contain_text("€10.00 received: Cash")
