"""Files in a bucket, as a browser uses them: large ones go there by themselves, and what is played or saved comes from there.

The pages' policy is part of the test: what it forbids is an error in the console."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from config.embedded.paths import PROJECT
from tests import databases, environment
from tests.browser.conftest import NewPage
from tests.s3_server import environment_of
from tests.servers import serving

pytestmark = pytest.mark.xdist_group("s3")
LARGE = b"%PDF-1.7\n" + os.urandom(2_000_000)
SEEK = """async (player) => {
  const once = (name) => new Promise((done) => player.addEventListener(name, done, { once: true }));
  player.preload = "auto";
  player.load();
  await once("loadedmetadata");
  player.currentTime = player.duration / 2;
  await once("seeked");
  return player.currentTime / player.duration;
}"""


@pytest.fixture(scope="module")
def site(s3_address: str) -> Iterator[str]:
    """Yields the address of a site with the demo's data and its files in a bucket."""
    name = f"waymark_bucket_{environment.WORKER}"
    databases.clone_demo(name)
    variables = environment_of(s3_address, f"files/{secrets.token_hex(8)}")
    command = [sys.executable, "manage.py", "move_media", "--to", "s3"]
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": environment.database_url(name)}
    subprocess.run(command, cwd=PROJECT, env=os.environ | settings | variables, check=True, stdout=subprocess.DEVNULL)
    with serving(name, **variables) as address:
        yield address
    databases.drop(name)


def asked(page: Page, s3_address: str) -> list[tuple[str, int]]:
    """Returns a list to which each answer of the bucket is added, by the method of its request."""
    answers: list[tuple[str, int]] = []

    def add(method: str, address: str, status: int) -> None:
        if address.startswith(s3_address):
            answers.append((method, status))

    page.on("response", lambda answer: add(answer.request.method, answer.url, answer.status))
    return answers


def saved(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).first.click()
    assert download.value.suggested_filename == name
    return Path(download.value.path()).read_bytes()


def test_a_large_file_goes_to_the_bucket_and_comes_from_there(new_page: NewPage, s3_address: str) -> None:
    page = new_page(email="builder@demo.test")
    answers = asked(page, s3_address)
    page.goto("/dashboard/bookings/?show=past")
    page.locator(".booking", has_text="Cleo Park").first.get_by_role("link").click()
    page.get_by_role("link", name="Add files and links").click()

    field: FilePayload = {"name": "release.pdf", "mimeType": "application/pdf", "buffer": LARGE}
    page.get_by_label("A file").set_input_files(field)
    page.get_by_role("button", name="Add it").click()

    expect(page.get_by_role("link", name="release.pdf", exact=True)).to_be_visible()
    assert ("POST", 204) in answers
    assert saved(page, "release.pdf") == LARGE


def test_a_large_file_of_a_message_goes_there_too(new_page: NewPage, s3_address: str) -> None:
    page = new_page(email="client@demo.test", width=390)
    answers = asked(page, s3_address)
    page.goto("/messages/to/ada-moreno/")

    field: FilePayload = {"name": "sketch.pdf", "mimeType": "application/pdf", "buffer": LARGE}
    page.get_by_label("Files").set_input_files(field)
    page.get_by_label("Message to").fill("The sketch")
    page.get_by_role("button", name="Send").click()

    sent = page.locator("#stream .bubble").filter(has_text="The sketch")
    expect(sent).to_contain_text("sketch.pdf")
    assert ("POST", 204) in answers
    assert saved(page, "sketch.pdf") == LARGE


def test_one_skips_within_a_recording(new_page: NewPage, s3_address: str) -> None:
    page = new_page()
    answers = asked(page, s3_address)
    page.goto("/builders/ada-moreno/")

    place = page.locator("audio").first.evaluate(SEEK)

    assert place == pytest.approx(0.5, abs=0.05)
    assert ("GET", 206) in answers


def test_a_picture_of_a_person_is_stored_there_and_sent_by_the_site(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test")
    page.goto("/account/picture/")

    portrait = PROJECT / "docs" / "images" / "phone.png"
    page.get_by_label("A picture of you").set_input_files(portrait)
    page.get_by_role("button", name="Use this picture").click()

    picture = page.locator("main img.avatar").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_without_javascript_a_large_file_comes_with_its_form(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test", script=False)
    page.goto("/dashboard/bookings/?show=past")
    page.locator(".booking", has_text="Cleo Park").first.get_by_role("link").click()
    page.get_by_role("link", name="Add files and links").click()

    field: FilePayload = {"name": "plain.pdf", "mimeType": "application/pdf", "buffer": LARGE}
    page.get_by_label("A file").set_input_files(field)
    page.get_by_role("button", name="Add it").click()

    expect(page.get_by_role("link", name="plain.pdf", exact=True)).to_be_visible()
    assert saved(page, "plain.pdf") == LARGE
