"""Tests accounts in a browser: signing up, in and out, details, second factor, picture, data; also without JavaScript."""

from __future__ import annotations

import re
import secrets
import time
import zipfile
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, sign_in
from tests.browser.live import wait_for_stream
from tests.browser.people import fill_in_and_confirm, join, open_email_link


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_person_signs_up_from_the_home_page(new_page: NewPage, script: bool) -> None:
    page = new_page(script=script)
    join(page, "Nora New")

    expect(page.locator("summary").filter(has_text="Your account, Nora New")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_signing_up_to_book_leads_back_to_the_chosen_time(new_page: NewPage, script: bool) -> None:
    page = new_page(script=script, timezone="Europe/Berlin")
    page.goto("/builders/ada-moreno/")
    page.get_by_role("link", name="Book for App review").click()
    slot = page.locator(".slot").last
    begins = slot.locator("time").inner_text()
    slot.click()
    fill_in_and_confirm(page, "Nora New")

    expect(page).to_have_url(re.compile(r"/details/\?.*start="))
    expect(page.get_by_role("complementary")).to_contain_text(begins)
    expect(page.locator("summary").filter(has_text="Your account, Nora New")).to_be_visible()
    page.get_by_role("button", name="Hold this time").click()
    expect(page.get_by_text("Held for you for")).to_be_visible()


def test_a_link_opened_in_another_browser_asks_for_a_password(new_page: NewPage) -> None:
    desktop, phone = new_page(), new_page(width=390)
    desktop.goto("/account/signup/?next=/pathways/accelerate/")
    email = f"{secrets.token_hex(4)}@people.test"
    desktop.get_by_label("Your name").fill("Pia Phone")
    desktop.get_by_label("Email").fill(email)
    desktop.get_by_label("Password").fill("a-long-enough-phrase")
    desktop.get_by_role("button", name="Create your account").click()
    expect(desktop.get_by_text(email)).to_be_visible()

    open_email_link(phone, email)
    phone.get_by_role("button", name="Confirm and join").click()
    expect(phone.get_by_role("alert")).to_be_focused()
    phone.get_by_label("Password").fill("typed-on-the-phone")
    phone.get_by_role("button", name="Confirm and join").click()

    expect(phone).to_have_url(re.compile("/pathways/accelerate/$"))
    expect(phone.get_by_role("button", name="Follow Accelerate")).to_be_visible()


def test_form_errors_are_listed_in_a_focused_summary_with_links(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/account/signup/")
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("Email").fill("nobody")
    page.get_by_role("button", name="Create your account").click()

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_label("Your name")).to_have_value("Nora")
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("Email")).to_be_focused()


@pytest.mark.parametrize(
    ("email", "lands_on", "sees"),
    [
        ("client@demo.test", r"/$", "Hello, Cleo Park"),
        ("builder@demo.test", r"/dashboard/$", "Good to see you, Ada Moreno"),
        ("admin@demo.test", r"/operations/$", "Today"),
        ("support@demo.test", r"/operations/$", "Today"),
    ],
)
def test_signing_in_opens_the_start_page_of_the_role(new_page: NewPage, email: str, lands_on: str, sees: str) -> None:
    page = new_page()
    sign_in(page, email)

    expect(page).to_have_url(re.compile(lands_on))
    expect(page.get_by_role("heading", name=sees, exact=True)).to_be_visible()


def sign_out(page: Page) -> None:
    page.locator("summary").filter(has_text="Your account").click()
    page.get_by_role("button", name="Sign out").click()


def test_the_back_button_shows_nothing_private_after_signing_out(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test")
    page.goto("/dashboard/listing/")
    page.goto("/pathways/")
    sign_out(page)
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    page.go_back()
    page.go_back()

    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def test_a_builder_changes_their_headline(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test", width=390)
    page.goto("/dashboard/listing/")
    headline = page.get_by_label("Headline")
    before = headline.input_value()
    headline.fill("App coach, now also on Fridays")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved. Your card and your page are updated.")).to_be_visible()
    page.get_by_role("link", name="Your page", exact=True).click()
    expect(page.get_by_text("now also on Fridays")).to_be_visible()
    page.goto("/dashboard/listing/")
    page.get_by_label("Headline").fill(before)  # as other tests expect it
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Your card and your page are updated.")).to_be_visible()


def test_signing_in_leads_back_to_the_page_that_needed_an_account(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/dashboard/listing/")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    page.get_by_label("Email").fill("builder@demo.test")
    page.get_by_label("Password").fill("waymark-demo")
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(re.compile(r"/dashboard/listing/$"))


def test_admin_pages_have_our_design_and_no_console_errors(new_page: NewPage) -> None:
    page = new_page(email="admin@demo.test")
    for address in ("/admin/", "/admin/pathways/pathway/", "/admin/accounts/user/", "/admin/core/jobrun/"):
        page.goto(address)
        expect(page.locator("#site-name")).to_contain_text("Waymark")


def test_a_person_can_be_signed_in_twice(new_page: NewPage) -> None:
    first, second = new_page(email="client@demo.test"), new_page()
    sign_in(second, "client@demo.test")
    first.goto("/account/")

    expect(first.get_by_label("Your name")).to_have_value("Cleo Park")


def test_an_application_and_its_answer_are_notified_live(new_page: NewPage) -> None:
    admin = new_page(email="admin@demo.test")
    admin.goto("/pathways/")
    wait_for_stream(admin)
    bell = admin.locator("#bell")
    before = bell.inner_text()

    client = new_page()
    join(client, "Gil Guitar")
    client.goto("/account/build/")
    client.get_by_label("Headline").fill("Guitar teacher for impatient people")
    client.get_by_label("What you do, and for whom").fill(
        "I teach people to play three songs in a month, and they stay."
    )
    client.get_by_role("button", name="Send your application").click()
    expect(client.get_by_text("We are reviewing your application.")).to_be_visible()
    expect(bell).not_to_have_text(before)

    client.goto("/pathways/")
    wait_for_stream(client)
    admin.goto("/notifications/")
    admin.get_by_role("button", name=re.compile("Gil Guitar would like to become a builder")).click()
    admin.get_by_label("Your answer").fill("We need you.")
    admin.get_by_role("button", name="Approve", exact=True).click()

    expect(client.locator("#bell")).to_contain_text("new notification")
    client.goto("/notifications/")
    client.get_by_role("button", name=re.compile("You are now a builder")).click()
    expect(client).to_have_url(re.compile("/dashboard/$"))


def code(secret: str, *, half_minutes: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + half_minutes))


def test_a_second_factor_is_set_up_and_asked_for_at_sign_in(new_page: NewPage) -> None:
    page = new_page()
    email = join(page, "Pia Private")
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Set it up").click()
    expect(page.locator(".qr svg")).to_be_visible()
    page.get_by_text("Cannot scan it?").click()
    secret = page.locator("code.break").inner_text()
    page.get_by_label("Code", exact=True).fill(code(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator(".codes li")).to_have_count(10)

    sign_out(page)
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill("a-long-enough-phrase")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code", exact=True).fill(code(secret, half_minutes=1))  # not the one that was used before
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.locator("summary").filter(has_text="Your account, Pia Private")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_person_adds_a_picture_downloads_their_data_and_erases_the_account(
    new_page: NewPage, tmp_path: Path, script: bool
) -> None:
    page = new_page(script=script)
    email = join(page, "Pia Private")
    portrait = tmp_path / "me.png"
    Image.new("RGB", (500, 300), "teal").save(portrait)
    page.goto("/account/picture/")
    page.get_by_label("A picture of you").set_input_files(portrait)
    page.get_by_role("button", name="Use this picture").click()
    expect(page.locator("main img.avatar")).to_be_visible()

    page.goto("/account/data/")
    page.get_by_role("button", name="Prepare a download").click()
    ready = page.get_by_role("link", name="Download your data")
    if not script:
        refresh = page.get_by_role("link", name="Refresh")
        expect(refresh.or_(ready)).to_be_visible()
        while refresh.is_visible():  # until the worker has prepared it
            refresh.click()
    with page.expect_download() as download:
        ready.click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert email in archive.read("users.json").decode()

    page.get_by_role("link", name="Delete my account").click()
    page.get_by_label("Your email address").fill(email)
    page.get_by_role("button", name="Delete my account for good").click()
    expect(page.get_by_role("heading", name="Your account has been deleted")).to_be_visible()
    page.goto("/account/")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def test_towns_are_suggested_while_typing(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test")
    page.goto("/account/")
    field = page.get_by_label("Where you are")
    field.fill("")
    field.press_sequentially("lisb")

    expect(page.locator("datalist option").first).to_have_attribute("value", "Lisbon, Portugal")
