"""From "Become a builder" to a page on which clients can book, counted in steps."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.people import join
from tests.pictures import picture

MOST_STEPS = 12  # in less than five minutes


class CountedSteps:
    """Acts on a page as a person would, and counts each field and each click."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def click(self, name: str, role: str = "button") -> None:
        self.count += 1
        target: Locator = self.page.get_by_role(role, name=name)  # type: ignore[arg-type]  # a button or a link
        target.first.click()

    def fill(self, label: str, text: str) -> None:
        self.count += 1
        self.page.get_by_label(label).fill(text)

    def choose_picture(self) -> None:
        self.count += 1
        self.page.get_by_label("A picture of you").set_input_files(
            {"name": "me.png", "mimeType": "image/png", "buffer": picture("PNG")}
        )


def test_a_new_builder_is_bookable_after_a_dozen_steps(new_page: NewPage) -> None:
    page = new_page()
    join(page, "Pia Potter")
    page.goto("/account/build/")
    steps = CountedSteps(page)

    steps.fill("Headline", "Potter for beginners")
    steps.fill("What you do", "I have taught forty people to throw pots, and they still do.")
    steps.click("Send your application")
    steps.choose_picture()
    steps.click("Save and continue")
    steps.click("Save and continue")  # nine to five, Monday to Friday
    steps.click("Free", role="link")
    steps.click("Publish")
    steps.fill("Link of your remote sessions", "meet.example/pia")
    steps.click("Save and continue")

    expect(page.get_by_text("4 of 5 done")).to_be_visible()
    assert steps.count <= MOST_STEPS
    approve(new_page(email="admin@demo.test"), "Pia Potter")
    visitor = new_page()
    visitor.goto("/builders/pia-potter/")
    visitor.get_by_role("link", name="Book").first.click()
    visitor.get_by_role("link", name="Choose a time for Getting started").click()
    expect(visitor.locator(".slot").first).to_be_visible()


def approve(page: Page, name: str) -> None:
    page.goto("/admin/accounts/builderapplication/")
    page.get_by_role("link", name=name).click()
    page.get_by_label("Decision").select_option("grant")
    page.get_by_label("Message to the applicant").fill("Welcome.")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Granted").first).to_be_visible()
