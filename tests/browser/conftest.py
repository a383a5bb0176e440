"""Fixtures: a real Chromium and a server with the demo's data. Console errors and warnings of a page fail its test."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    FloatRect,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from tests import databases, environment, hangs
from tests.browser.chromium import FLAGS, NoBrowser, find
from tests.browser.page_pool import PASSWORD, TIMEOUT, ContextSettings, PageInUse, PagePool
from tests.servers import serving

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's sync API runs an event loop
NewPage = Callable[..., Page]
HAS_FAILED = pytest.StashKey[bool]()
expect.set_options(timeout=TIMEOUT)
ACTIONS = (
    "check",
    "click",
    "fill",
    "focus",
    "press",
    "press_sequentially",
    "select_option",
    "set_input_files",
    "uncheck",
)


def after_loading(action: Callable[..., Any]) -> Callable[..., Any]:
    """Returns an action that waits until the page of its element is loaded: then its scripts listen, and nothing moves."""

    @wraps(action)
    def act(self: Locator, *arguments: Any, **options: Any) -> Any:
        self.wait_for(state="attached")  # after a link, the page is still the former one
        self.page.wait_for_load_state("load")
        return action(self, *arguments, **options)

    return act


for name in ACTIONS:
    setattr(Locator, name, after_loading(getattr(Locator, name)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            item.add_marker("slow")
            item.add_marker(pytest.mark.timeout(180))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Reports the call that a test waits for, before the timeout ends it."""
    with hangs.reported(item, after=170):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[HAS_FAILED] = True
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    try:
        program = find()
    except NoBrowser as reason:
        pytest.skip(str(reason))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    name = f"waymark_web_{environment.WORKER}"
    databases.clone_demo(name)
    with serving(name) as address:
        yield address
    databases.drop(name)


@pytest.fixture(scope="session")
def page_pool(chromium: Browser) -> PagePool:
    return PagePool(chromium)


@pytest.fixture
def complaints(page_pool: PagePool) -> Iterator[list[str]]:
    """Collects what the console of the test's pages reports, which fails the test."""
    page_pool.complaints.clear()
    yield page_pool.complaints
    assert page_pool.complaints == []


@pytest.fixture
def new_page(
    request: pytest.FixtureRequest, page_pool: PagePool, site: str, complaints: list[str]
) -> Iterator[NewPage]:
    """Returns a function that opens pages: width, theme, JavaScript, time zone, person by email.

    A page knows nothing of those of other tests but what the cache has. `fresh` is for tests that need an empty cache, or
    change what is not undone: routes, scripts, permissions, the connection.
    """
    taken: list[PageInUse] = []

    def make(
        *,
        width: int = 1280,
        theme: str = "light",
        email: str = "",
        script: bool = True,
        locale: str = "en-GB",
        timezone: str = "Europe/Berlin",
        fresh: bool = False,
    ) -> Page:
        used = page_pool.take(ContextSettings(site, script, locale, timezone), email, fresh=fresh)
        taken.append(used)
        page = used.page
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        if theme == "terminal":
            page.context.add_cookies([{"name": "theme", "value": theme, "url": site}])
        if email and script:
            page.context.add_cookies([{"name": "zone", "value": timezone, "url": site}])  # as signing in does
        return page

    yield make
    for used in taken:
        page_pool.put_back(used, has_failed=request.node.stash.get(HAS_FAILED, False))


def box_of(element: Locator) -> FloatRect:
    """Returns where an element is drawn. Asks again when the page replaced the element between finding and measuring it."""
    for _ in range(20):
        element.wait_for()
        if box := element.bounding_box():
            return box
    raise AssertionError(f"{element} is never drawn")


def sign_in(page: Page, email: str) -> None:
    """Fills in the sign-in page, which leads to the start page of the person."""
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/login" not in address)
