"""Checks a page for accessibility in Chromium, in any width and theme."""

from __future__ import annotations

from typing import cast

from playwright.sync_api import Page

from config.embedded.paths import PROJECT

# Without the source of all that it looks at, axe takes a sixth less time.
AXE = (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text() + "\naxe.configure({ noHtml: true });"
MODES = [(320, "dark"), (1280, "light")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ANIMATIONS_FINISHED = """() => Promise.allSettled(document.getAnimations()
    .filter(item => Number.isFinite(item.effect.getComputedTiming().endTime)).map(item => item.finished))"""
# Only what is wrong is sent here: all that axe reports of a page takes longer to send and to read than to find.
VIOLATIONS = """async (options) => (await axe.run(options)).violations.flatMap((violation) => violation.nodes.map((node) =>
    `${violation.id}: ${(node.element?.outerHTML ?? String(node.target)).slice(0, 120)} `
        + (node.failureSummary ?? "").slice(0, 200)))"""
TOO_SMALL = """() => [...document.querySelectorAll('button, summary, .button, input:not([type=hidden]), select')]
    .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height && (box.width < 20 || box.height < 20)).map(([html]) => html)"""


def violations(page: Page, *, with_frames: bool = True) -> list[str]:
    """Returns what axe finds. Without frames, it sends no messages to those of other sites, which refuse them."""
    page.wait_for_load_state("load")  # without its styles, every target is too small
    page.evaluate(ANIMATIONS_FINISHED)  # what fades in has little contrast until then
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    options = {
        "runOnly": RULES,
        "preload": False,
        "iframes": with_frames,
        "resultTypes": ["violations"],
        "elementRef": True,
    }
    return cast("list[str]", page.evaluate(VIOLATIONS, options))


def show(page: Page, width: int, theme: str) -> None:
    """Shows the page in another width and theme. Only a theme that is chosen by cookie needs a reload."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    if theme == "terminal":
        page.context.add_cookies([{"name": "theme", "value": theme, "url": page.url}])
        page.reload()
    page.evaluate(ANIMATIONS_FINISHED)


def check_page(page: Page) -> None:
    """Checks the page as it is shown: that axe finds nothing, and that it does not scroll sideways."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    faults = violations(page)
    assert not faults, faults
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "it scrolls sideways"


def check_modes(page: Page) -> None:
    """Checks the page as a phone shows it in dark, and a wide window in light."""
    for width, theme in MODES:
        show(page, width, theme)
        check_page(page)
