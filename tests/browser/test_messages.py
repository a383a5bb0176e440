"""Tests two people who write to each other in two windows, one of them a telephone whose connection is lost."""

from __future__ import annotations

import io
import secrets

from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.live import wait_for_stream

ADA, CLEO = "builder@demo.test", "client@demo.test"


def files() -> list[FilePayload]:
    buffer = io.BytesIO()
    Image.effect_noise((900, 600), 60).convert("RGB").save(buffer, "JPEG", quality=95)
    return [
        {"name": "beach.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()},
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4" + bytes(500_000)},
    ]


def bubbles(page: Page, text: str) -> int:
    return page.locator("#stream .bubble").filter(has_text=text).count()


def test_a_picture_and_a_pdf_arrive_once_over_a_lost_connection(new_page: NewPage, complaints: list[str]) -> None:
    word = secrets.token_hex(4)
    phone, laptop = new_page(email=CLEO, width=390, fresh=True), new_page(email=ADA)
    phone.goto("/messages/to/ada-moreno/")
    laptop.goto(phone.url)
    for page in (phone, laptop):
        wait_for_stream(page)

    phone.context.set_offline(True)
    phone.get_by_label("Files").set_input_files(files())
    phone.get_by_label("Message to").fill(f"The beach {word}")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("Not sent. Look at your connection.")).to_be_visible()
    expect(phone.get_by_label("beach.jpg")).to_have_js_property("value", 0)
    laptop.get_by_label("Message to").fill(f"Are you there {word}?")
    laptop.get_by_role("button", name="Send").click()
    expect(laptop.locator("#stream").get_by_text(f"Are you there {word}?")).to_be_visible()
    phone.context.set_offline(False)
    complaints[:] = [line for line in complaints if not line.startswith("htmx:")]  # what it could not load meanwhile
    phone.get_by_role("button", name="Try again").click()

    for page in (phone, laptop):
        expect(page.locator("#stream .bubble").filter(has_text=f"The beach {word}")).to_contain_text("plan.pdf")
        expect(page.locator("#stream").get_by_text(f"Are you there {word}?")).to_be_visible()
        assert (bubbles(page, f"The beach {word}"), bubbles(page, f"Are you there {word}?")) == (1, 1)
    expect(phone.locator("[data-pending] li")).to_have_count(0)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    with laptop.expect_download() as download:
        laptop.locator("#stream .bubble").filter(has_text=word).get_by_role("link", name="beach.jpg").click()
    assert download.value.suggested_filename == "beach.jpg"


def test_the_title_of_a_hidden_tab_counts_new_messages(new_page: NewPage) -> None:
    hidden, laptop = new_page(email=CLEO), new_page(email=ADA)
    hidden.goto("/messages/to/ada-moreno/")
    laptop.goto(hidden.url)
    wait_for_stream(hidden)
    expect(hidden.locator("#stream")).to_have_attribute(
        "data-read", hidden.locator("#stream").get_attribute("data-newest") or ""
    )
    hidden.goto("/messages/preferences/")
    wait_for_stream(hidden)
    before = hidden.title()
    hidden.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { value: true, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect(hidden.locator("html")).to_have_attribute("data-counts", "ready")

    laptop.get_by_label("Message to").fill("Something new")
    laptop.get_by_role("button", name="Send").click()

    hidden.wait_for_function("before => document.title !== before && document.title.startsWith('(')", arg=before)
