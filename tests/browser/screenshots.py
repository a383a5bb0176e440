"""`make screenshots`: saves a picture of each page at 390 and 1280 px, light and dark, in var/screenshots."""

from __future__ import annotations

import sys

from playwright.sync_api import sync_playwright

from tests import environment

environment.prepare()

from config.embedded import Instance, lease
from config.embedded.paths import PROJECT
from tests import databases
from tests.browser.chromium import FLAGS, NoBrowser, find
from tests.browser.pages import PAGES
from tests.servers import serving

FOLDER = PROJECT / "var" / "screenshots"
DATABASE = "waymark_screenshots"


def main() -> int:
    try:
        program = find()
    except NoBrowser as reason:
        print(f"No pictures: {reason}", file=sys.stderr)
        return 1
    if environment.embedded():
        lease(Instance("test"))
    databases.make_templates()
    databases.clone_demo(DATABASE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with serving(DATABASE) as site:
        take(site, program)
    databases.drop(DATABASE)
    print(f"{len(PAGES) * 4} pictures in {FOLDER.relative_to(PROJECT)}/")
    return 0


def take(site: str, program: str) -> None:
    from tests.browser.conftest import sign_in

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for theme in ("light", "dark"):
            for width, height in ((390, 844), (1280, 900)):
                people = {
                    email: browser.new_context(
                        base_url=site,
                        viewport={"width": width, "height": height},
                        color_scheme="dark" if theme == "dark" else "light",
                    ).new_page()
                    for _, email in PAGES.values()
                }
                for email, page in people.items():
                    if email:
                        sign_in(page, email)
                for name, (address, email) in PAGES.items():
                    page = people[email]
                    page.goto(address)
                    page.evaluate("document.fonts.ready")
                    page.screenshot(path=FOLDER / f"{name}-{theme}-{width}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
