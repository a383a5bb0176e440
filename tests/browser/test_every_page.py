"""What every page must pass: accessibility, no sideways scroll, targets large enough, weight, no complaint."""

from __future__ import annotations

import gzip
import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from config.embedded.places import PROJECT
from tests.browser.conftest import NewPage
from tests.browser.pages import IN_ALL_MODES, PAGES

AXE = (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MODES = [
    (name, width, theme)
    for name in PAGES
    for width, theme in ((320, "dark"), (1280, "light"), (320, "terminal"), (1280, "dark"), (320, "light"))
    if name in IN_ALL_MODES or (width, theme) in ((320, "dark"), (1280, "light"))
]


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: Any = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [
        f"{each['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(("name", "width", "theme"), MODES, ids=str)
def test_a_page_is_accessible_and_fits(new_page: NewPage, name: str, width: int, theme: str) -> None:
    address, email = PAGES[name]
    page = new_page(width=width, theme=theme, email=email)
    page.goto(address)
    page.evaluate("document.fonts.ready")

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "it scrolls sideways"
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, summary, .button, input:not([type=hidden]), select')]
            .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
            .filter(([, box]) => box.width && box.height && (box.width < 20 || box.height < 20)).map(([html]) => html)"""
    )
    assert small == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_without_javascript(new_page: NewPage, name: str) -> None:
    address, email = PAGES[name]
    page = new_page(width=390, email=email, script=False)
    page.goto(address)

    assert page.get_by_role("heading", level=1).first.is_visible()
    assert page.get_by_role("main").is_visible()


def test_pages_are_light(site: str) -> None:
    """Gzipped: HTML 30 kB, our JavaScript with htmx 40 kB, CSS 25 kB, and nothing from elsewhere."""

    def weight(address: str) -> int:
        return len(gzip.compress(httpx.get(f"{site}{address}").content, 9))

    html = httpx.get(f"{site}/builders/").text
    scripts = re.findall(r'src="(/static/[^"]+\.js)"', html)
    scripts += [
        f"/static/js/{path.name}" for path in (PROJECT / "static" / "js").glob("*.js") if path.name != "main.js"
    ]
    styles = re.findall(r'href="(/static/[^"]+\.css)"', html)

    assert weight("/builders/") < 30_000
    assert sum(weight(address) for address in scripts) < 40_000
    assert sum(weight(address) for address in styles) < 25_000
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+', html) == []
