"""Tests every page: accessibility, no sideways scrolling, size of targets, number of requests, weight."""

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
ANIMATIONS_FINISHED = """() => Promise.allSettled(document.getAnimations()
    .filter(item => Number.isFinite(item.effect.getComputedTiming().endTime)).map(item => item.finished))"""
TOO_SMALL = """() => [...document.querySelectorAll('button, summary, .button, input:not([type=hidden]), select')]
    .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height && (box.width < 20 || box.height < 20)).map(([html]) => html)"""


def violations(page: Page) -> list[str]:
    page.evaluate(ANIMATIONS_FINISHED)  # what fades in has little contrast until then
    page.evaluate(AXE)
    results: Any = page.evaluate("rules => axe.run({runOnly: rules, preload: false})", RULES)
    return [
        f"{violation['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_does_not_scroll_sideways(signed_in: NewPage, name: str) -> None:
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
    """Shows the page in another width and theme. Only a theme that is chosen by cookie needs a reload."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    if theme == "terminal":
        page.context.add_cookies([{"name": "theme", "value": theme, "url": page.url}])
        page.reload()
    page.evaluate(ANIMATIONS_FINISHED)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_without_javascript(signed_in: NewPage, name: str) -> None:
    address, email = PAGES[name]
    page = signed_in(width=390, email=email, script=False)
    page.goto(address)

    assert page.get_by_role("heading", level=1).first.is_visible()
    assert page.get_by_role("main").is_visible()
    assert re.findall(r"\{%|\{\{", page.content()) == [], "a template's tag is shown as text"


def is_content(request: Request) -> bool:
    return request.resource_type == "image" and "/static/" not in request.url


@pytest.mark.parametrize("name", ["home", "builders", "builder", "book", "dashboard"])
def test_a_page_makes_few_requests(signed_in: NewPage, name: str) -> None:
    """A browser that has nothing in its cache makes at most twelve requests, all of them to this site."""
    address, email = PAGES[name]
    page = signed_in(email=email)
    addresses: list[str] = []
    pictures: list[str] = []  # avatars and portfolio pictures, whose number depends on the data
    page.on("request", lambda request: (pictures if is_content(request) else addresses).append(request.url))

    page.goto(address)
    page.wait_for_load_state("networkidle")

    assert len(addresses) <= 12, "\n".join(addresses)
    assert [url for url in [*addresses, *pictures] if not url.startswith(page.url.partition(address)[0])] == []


def test_pages_are_small(site: str) -> None:
    """Compressed, HTML takes at most 30 kB, JavaScript with htmx 40 kB and CSS 25 kB; nothing is from other sites."""

    def weight(address: str) -> int:
        return len(gzip.compress(httpx.get(f"{site}{address}").content, 9))

    html = httpx.get(f"{site}/builders/").text
    scripts = re.findall(r'src="(/static/[^"]+\.js)"', html)
    styles = re.findall(r'href="(/static/[^"]+\.css)"', html)

    assert weight("/builders/") < 30_000
    assert sum(weight(address) for address in scripts) < 40_000
    assert sum(weight(address) for address in styles) < 25_000
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+', html) == []
