"""Pages that tests use one after another. Their contexts stay open in between, with the process that draws the site, its
cache and its compiled scripts, all of which a new context has to begin anew."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

PASSWORD = "waymark-demo"
TIMEOUT = 20_000  # ms: long, so that a busy machine fails no test
RECENT = 600  # seconds: after 900 the site asks for the password again
CLEAR_STORAGE = "() => { localStorage.clear(); sessionStorage.clear(); }"


@dataclass(frozen=True)
class ContextSettings:
    """What is set once, when a context is opened."""

    site: str
    script: bool
    locale: str
    timezone: str


@dataclass(frozen=True)
class PageInUse:
    """A page that a test uses, and whose session it has."""

    page: Page
    settings: ContextSettings
    email: str
    is_fresh: bool


class PagePool:
    """The pages that no test uses at the moment, and the cookies of people who have signed in."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.complaints: list[str] = []
        self._pages: dict[ContextSettings, list[Page]] = defaultdict(list)
        self._cookies: dict[tuple[str, str], tuple[list[Any], float]] = {}  # by site and email, with the time

    def take(self, settings: ContextSettings, email: str, *, fresh: bool) -> PageInUse:
        """Returns a page that has the cookies of this person and no others. A fresh one also has an empty cache."""
        pages = self._pages[settings]
        page = self._open(settings) if fresh or not pages else pages.pop()
        if email:
            self._sign_in(page.context, settings.site, email)
        return PageInUse(page, settings, email, is_fresh=fresh)

    def put_back(self, used: PageInUse, *, has_failed: bool) -> None:
        """Makes the page ready for another test, or closes it."""
        context = used.page.context
        kept, _ = self._cookies.get((used.settings.site, used.email), ([], 0.0))
        if kept and (has_failed or session_of(context.cookies()) != session_of(kept)):
            # Signing out has ended the session, or it has messages that a failed test did not show.
            del self._cookies[used.settings.site, used.email]
        if used.is_fresh or has_failed:
            context.close()
            return
        for page in context.pages:
            if page != used.page:
                page.close()
        used.page.goto("/healthz")  # closes the stream; a page of this site keeps its process
        used.page.evaluate(CLEAR_STORAGE)
        context.clear_cookies()
        self._pages[used.settings].append(used.page)

    def _open(self, settings: ContextSettings) -> Page:
        context = self.browser.new_context(
            base_url=settings.site,
            java_script_enabled=settings.script,
            locale=settings.locale,
            timezone_id=settings.timezone,
            reduced_motion="reduce",  # else Chromium draws sixty pictures a second of each transition
        )
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)

        def complain(message: ConsoleMessage) -> None:
            expected = "Failed to load resource" in message.text  # logged for pages that are answered 404
            if message.type in ("error", "warning") and not expected:
                self.complaints.append(message.text)

        page.on("console", complain)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _sign_in(self, context: BrowserContext, site: str, email: str) -> None:
        """Gives the context a person's cookies. Each signs in once, because checking a password takes 0.3 s of CPU."""
        cookies, at = self._cookies.get((site, email), ([], 0.0))
        if cookies and time.monotonic() - at < RECENT:
            context.add_cookies(cookies)
        else:
            sign_in_unseen(context, email)
            self._cookies[site, email] = (list(context.cookies()), time.monotonic())


def session_of(cookies: list[Any]) -> str:
    return next((cookie["value"] for cookie in cookies if cookie["name"] == "session"), "")


def sign_in_unseen(context: BrowserContext, email: str) -> None:
    """Signs a person in without showing a page: the sign-in page and the start page would take longer than many a test."""
    context.request.get("/account/login/")
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrf")
    form: dict[str, str | float | bool] = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = context.request.post("/account/login/", form=form, max_redirects=0)
    assert answer.status == 302, answer.text()
