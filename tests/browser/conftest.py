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
    BrowserContext,
    ConsoleMessage,
    FloatRect,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from tests import databases, environment, hangs
from tests.browser.chromium import FLAGS, NoBrowser, find
from tests.servers import serving

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's sync API runs an event loop
NewPage = Callable[..., Page]
PASSWORD = "waymark-demo"
TIMEOUT = 20_000  # ms: long, so that a busy machine fails no test
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


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """Collects what the console of the test's pages reports, which fails the test."""
    messages: list[str] = []
    yield messages
    assert messages == []


def listen(page: Page, complaints: list[str]) -> None:
    """Adds errors and warnings of the page's console to the list."""

    def complain(message: ConsoleMessage) -> None:
        expected = "Failed to load resource" in message.text  # logged for pages that are answered 404
        if message.type in ("error", "warning") and not expected:
            complaints.append(message.text)

    page.on("console", complain)
    page.on("pageerror", lambda error: complaints.append(str(error)))


@pytest.fixture
def new_page(chromium: Browser, site: str, complaints: list[str]) -> Iterator[NewPage]:
    """Returns a function that opens pages in contexts of their own: width, theme, JavaScript, time zone, person by email."""
    contexts: list[BrowserContext] = []

    def make(
        *,
        width: int = 1280,
        theme: str = "light",
        email: str = "",
        script: bool = True,
        state: Any = None,
        locale: str = "en-GB",
        timezone: str = "Europe/Berlin",
    ) -> Page:
        options: dict[str, Any] = {"color_scheme": "dark" if theme == "dark" else "light"}
        context = chromium.new_context(
            base_url=site,
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            storage_state=state,
            locale=locale,
            timezone_id=timezone,
            **options,
        )
        contexts.append(context)
        if theme == "terminal":
            context.add_cookies([{"name": "theme", "value": theme, "url": site}])
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        listen(page, complaints)
        if email:
            sign_in_unseen(context, email)
            if script:
                context.add_cookies([{"name": "zone", "value": timezone, "url": site}])  # as the sign-in page stores it
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def signed_in_states() -> dict[str, Any]:
    """Returns the cookies of each person who has signed in."""
    return {"": None}


@pytest.fixture
def signed_in(new_page: NewPage, signed_in_states: dict[str, Any]) -> NewPage:
    """Returns a function that opens pages with a shared session of a person; tests must not end it."""

    def make(*, email: str, **options: Any) -> Page:
        if email not in signed_in_states:
            signed_in_states[email] = new_page(email=email).context.storage_state()
        return new_page(state=signed_in_states[email], **options)

    return make


class SharedPages:
    """A page for each person, with and without JavaScript, in which tests that change nothing open one address after
    another. A context and a page of its own would take Chromium half a second for each test."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, bool], Page] = {}
        self.complaints: list[str] = []


@pytest.fixture(scope="session")
def shared_pages() -> SharedPages:
    return SharedPages()


@pytest.fixture
def visit(
    chromium: Browser, site: str, shared_pages: SharedPages, new_page: NewPage, complaints: list[str],
    signed_in_states: dict[str, Any],
) -> Iterator[Callable[..., Page]]:  # fmt: skip
    """Returns a function that opens an address in the shared page of a person; tests must not change anything."""
    visited: list[Page] = []

    def open_address(address: str, *, email: str, script: bool = True) -> Page:
        key = (email, script)
        if key not in shared_pages.pages:
            if email not in signed_in_states:
                signed_in_states[email] = new_page(email=email).context.storage_state()
            context = chromium.new_context(
                base_url=site, java_script_enabled=script, storage_state=signed_in_states[email], locale="en-GB",
                timezone_id="Europe/Berlin",
            )  # fmt: skip
            page = context.new_page()
            page.set_default_timeout(TIMEOUT)
            listen(page, shared_pages.complaints)
            shared_pages.pages[key] = page
        page = shared_pages.pages[key]
        visited.append(page)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")
        page.goto(address)
        return page

    shared_pages.complaints.clear()
    yield open_address
    for page in visited:
        page.context.clear_cookies(name="theme")
        page.goto("/healthz")  # closes its stream, and keeps the process that draws this site
    complaints += shared_pages.complaints


def box_of(element: Locator) -> FloatRect:
    """Returns where an element is drawn. Asks again when the page replaced the element between finding and measuring it."""
    for _ in range(20):
        element.wait_for()
        if box := element.bounding_box():
            return box
    raise AssertionError(f"{element} is never drawn")


def sign_in_unseen(context: BrowserContext, email: str) -> None:
    """Signs a person in without showing a page: the sign-in page and the start page would take longer than many a test."""
    context.request.get("/account/login/")
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrf")
    form: dict[str, str | float | bool] = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = context.request.post("/account/login/", form=form, max_redirects=0)
    assert answer.status == 302, answer.text()


def sign_in(page: Page, email: str) -> None:
    """Fills in the sign-in page, which leads to the start page of the person."""
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/login" not in address)
