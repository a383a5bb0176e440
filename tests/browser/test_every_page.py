"""Tests every page: accessibility, no sideways scrolling, size of targets, number of requests, weight."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest
from playwright.sync_api import Request

from tests.browser.accessibility import MODES, TOO_SMALL, check_page, show
from tests.browser.conftest import NewPage
from tests.browser.pages import IN_ALL_MODES, PAGES
from tests.browser.spacing import spacing_faults

MORE_MODES = [(1280, "dark"), (320, "light"), (320, "terminal")]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_does_not_scroll_sideways(new_page: NewPage, name: str) -> None:
    address, email = PAGES[name]
    width, theme = MODES[0]
    page = new_page(width=width, theme=theme, email=email)  # drawn once for this mode, and not in another before
    page.goto(address)

    for width, theme in MODES + (MORE_MODES if name in IN_ALL_MODES else []):
        show(page, width, theme)
        check_page(page)
        assert page.evaluate(TOO_SMALL) == [], (width, theme)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_without_javascript_and_is_spaced_as_in_print(new_page: NewPage, name: str) -> None:
    address, email = PAGES[name]
    page = new_page(email=email, script=False)
    page.goto(address)

    assert spacing_faults(page, with_details=True) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.get_by_role("heading", level=1).first.is_visible()
    assert page.get_by_role("main").is_visible()
    assert re.findall(r"\{%|\{\{", page.content()) == [], "a template's tag is shown as text"


def is_content(request: Request) -> bool:
    return request.resource_type == "image" and "/static/" not in request.url


@pytest.mark.parametrize("name", ["home", "builders", "builder", "book", "dashboard"])
def test_a_page_makes_few_requests(new_page: NewPage, name: str) -> None:
    """A browser that has nothing in its cache makes at most twelve requests, all of them to this site."""
    address, email = PAGES[name]
    page = new_page(email=email, fresh=True)
    addresses: list[str] = []
    pictures: list[str] = []  # avatars and portfolio pictures, whose number depends on the data
    page.on("request", lambda request: (pictures if is_content(request) else addresses).append(request.url))

    page.goto(address)
    page.wait_for_load_state("networkidle")

    assert len(addresses) <= 12, "\n".join(addresses)
    assert [url for url in [*addresses, *pictures] if not url.startswith(page.url.partition(address)[0])] == []


# What came over the network, whose number of bytes is nought for what the cache has.
FETCHED = """
[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((entry) => entry.transferSize > 0).map((entry) => entry.name)
"""


@pytest.mark.parametrize("name", ["home", "builders", "builder", "book", "dashboard"])
def test_only_the_page_itself_is_fetched_again(new_page: NewPage, name: str) -> None:
    """Styles, scripts, fonts and pictures come from the cache. The live connection, which never ends, is not in the list."""
    address, email = PAGES[name]
    page = new_page(email=email, fresh=True)
    for visited in ("/pathways/", address, address):  # the first of all saves the zone in a cookie
        page.goto(visited)
        page.wait_for_load_state("networkidle")

    assert page.evaluate(FETCHED) == [page.url]


def test_pages_are_small(site: str) -> None:
    """Compressed, HTML takes at most 30 kB, JavaScript with htmx 40 kB and CSS 25 kB; nothing is from other sites."""

    def weight(address: str) -> int:
        return len(gzip.compress(httpx.get(f"{site}{address}").content, 9))

    html = httpx.get(f"{site}/builders/").text
    scripts = re.findall(r'src="(/static/[^"]+\.js\b[^"]*)"', html)
    styles = re.findall(r'href="(/static/[^"]+\.css\b[^"]*)"', html)

    assert len(scripts) == 2
    assert len(styles) == 1
    assert weight("/builders/") < 30_000
    assert sum(weight(address) for address in scripts) < 40_000
    assert sum(weight(address) for address in styles) < 25_000
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+', html) == []
