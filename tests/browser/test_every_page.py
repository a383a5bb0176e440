"""What every page must pass: accessibility, no sideways scroll, targets large enough, weight, no complaint."""

from __future__ import annotations

import gzip
import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Request

from config.embedded.paths import PROJECT
from tests.browser.conftest import NewPage
from tests.browser.pages import IN_ALL_MODES, PAGES

AXE = (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MODES = [(320, "dark"), (1280, "light")]
MORE_MODES = [(1280, "dark"), (320, "light"), (320, "terminal")]
FADED_OVER = """() => Promise.allSettled(document.getAnimations()
    .filter(each => Number.isFinite(each.effect.getComputedTiming().endTime)).map(each => each.finished))"""
TOO_SMALL = """() => [...document.querySelectorAll('button, summary, .button, input:not([type=hidden]), select')]
    .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height && (box.width < 20 || box.height < 20)).map(([html]) => html)"""


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: Any = page.evaluate("rules => axe.run({runOnly: rules, preload: false})", RULES)
    return [
        f"{each['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits(signed_in: NewPage, name: str) -> None:
    address, email = PAGES[name]
    page = signed_in(email=email)
    page.goto(address)
    page.evaluate("document.fonts.ready")

    for width, theme in MODES + (MORE_MODES if name in IN_ALL_MODES else []):
        show(page, width, theme)
        assert violations(page) == [], (width, theme)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (width, "it scrolls sideways")
        assert page.evaluate(TOO_SMALL) == [], (width, theme)


def show(page: Page, width: int, theme: str) -> None:
    """The same page in another window or light; a theme that one has chosen needs to be asked for."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    if theme == "terminal":
        page.context.add_cookies([{"name": "theme", "value": theme, "url": page.url}])
        page.reload()
    page.evaluate(FADED_OVER)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_without_javascript(signed_in: NewPage, name: str) -> None:
    address, email = PAGES[name]
    page = signed_in(width=390, email=email, script=False)
    page.goto(address)

    assert page.get_by_role("heading", level=1).first.is_visible()
    assert page.get_by_role("main").is_visible()
    assert re.findall(r"\{%|\{\{", page.content()) == [], "a template's tag is shown as text"


def is_content(request: Request) -> bool:
    return request.resource_type == "image" and "/static/" not in request.url


@pytest.mark.parametrize("name", ["home", "builders", "builder", "book", "dashboard"])
def test_a_page_asks_for_few_things(signed_in: NewPage, name: str) -> None:
    """A browser that has nothing in its cache makes at most twelve requests, all of them to this site."""
    address, email = PAGES[name]
    page = signed_in(email=email)
    addresses: list[str] = []
    pictures: list[str] = []  # people's own: as many as there are people and pieces of work on the page
    page.on("request", lambda request: (pictures if is_content(request) else addresses).append(request.url))

    page.goto(address)
    page.wait_for_load_state("networkidle")

    assert len(addresses) <= 12, "\n".join(addresses)
    assert [url for url in [*addresses, *pictures] if not url.startswith(page.url.partition(address)[0])] == []


def test_pages_are_light(site: str) -> None:
    """Gzipped: HTML 30 kB, our JavaScript with htmx 40 kB, CSS 25 kB, and nothing from elsewhere."""

    def weight(address: str) -> int:
        return len(gzip.compress(httpx.get(f"{site}{address}").content, 9))

    html = httpx.get(f"{site}/builders/").text
    scripts = re.findall(r'src="(/static/[^"]+\.js)"', html)
    styles = re.findall(r'href="(/static/[^"]+\.css)"', html)

    assert weight("/builders/") < 30_000
    assert sum(weight(address) for address in scripts) < 40_000
    assert sum(weight(address) for address in styles) < 25_000
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+', html) == []
