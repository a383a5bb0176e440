"""Live events in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def wait_for_stream(page: Page) -> None:
    """Waits until the page has loaded in the browser's zone and misses no event any more."""
    expect(page.locator("html")).to_have_attribute("data-stream", "ready")
