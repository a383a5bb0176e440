"""Words do not run together, and no space stands before punctuation, wherever a template breaks its lines.

Other tests collapse white space (tests/reading.py), so that they would not notice. test_every_page.py looks at each page.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.spacing import spacing_faults

# Lists whose first entry is opened, with all that its buttons lead to.
LISTS = {
    "client@demo.test": ("/bookings/", "/bookings/?show=past", "/bookings/?show=cancelled", "/projects/", "/waiting/"),
    "builder@demo.test": (
        "/dashboard/bookings/?show=to-answer",
        "/dashboard/bookings/?show=upcoming",
        "/dashboard/bookings/?show=past",
        "/dashboard/clients/",
    ),
}


@pytest.mark.parametrize(
    ("html", "faults"),
    [
        ('Read <a href="#">the rules</a>, and (<b>maybe</b>) more.', 0),
        ('Read <a href="#">the rules</a>and more', 1),
        ("One.<b>Two</b>", 1),
        ("One , two", 1),
        ("<b>One</b> , two", 2),
        ("In ( brackets", 1),
        ('<span class="row"><span>One</span><span>two</span></span>', 0),
        ('<span class="row">One <b>two</b>, three</span>', 1),
    ],
)
def test_faults_in_spaces_are_found(new_page: NewPage, html: str, faults: int) -> None:
    page = new_page(script=False)
    page.goto("about:blank")  # whose policy allows styles
    page.set_content(f'<style>.row {{ display: flex; gap: 6px }}</style><p style="margin: 0">{html}</p>')

    assert len(spacing_faults(page)) == faults


@pytest.mark.parametrize("email", LISTS)
def test_pages_of_one_booking_client_or_project_are_spaced_as_in_print(new_page: NewPage, email: str) -> None:
    page = new_page(email=email, script=False)
    addresses = []
    for list_address in LISTS[email]:
        page.goto(list_address)
        addresses += links_of(page, ".card__link, li a, td a, tbody a")[:1]
    for address in list(addresses):
        page.goto(address)
        addresses += links_of(page, ".acts a, .button")
    assert addresses

    assert faults_of(page, addresses) == {}


def links_of(page: Page, selector: str) -> list[str]:
    return [
        address
        for link in page.get_by_role("main").locator(selector).all()
        if (address := link.get_attribute("href") or "").startswith("/") and not address.endswith(".ics")
    ]


def faults_of(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    """Returns the faults by address, of the pages that have some."""
    faults = {}
    for address in addresses:
        page.goto(address)
        faults[address] = spacing_faults(page, with_details=True)
    return {address: excerpts for address, excerpts in faults.items() if excerpts}
