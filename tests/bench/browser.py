"""Pages in Chromium as a telephone gets them: 390 px wide, the processor slowed four times, over a slow mobile network.

Each page is loaded with an empty cache. Its figures are the median of several loads: when the largest part is painted, how
much what is there moves, for how long the page blocks, and how many requests and kilobytes it takes. As Lighthouse counts it,
a page blocks while a task takes longer than 50 ms after the first paint: before, there is nothing to click.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.bench.results import record
from tests.browser.chromium import FLAGS, NoBrowser, find

WIDTH, HEIGHT, SLOWER = 390, 844, 4
# As Lighthouse simulates a telephone: 150 ms to the server, 1.6 Mbit/s down and 0.75 up.
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
LOADS = 3
TARGETS = {
    "largest paint": (1800.0, "ms"), "shift": (0.02, ""), "blocked": (100.0, "ms"), "requests": (12.0, "requests"),
    "weight": (200.0, "kB"),
}  # fmt: skip
OBSERVE = """
window.figures = {paint: 0, shift: 0};
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.figures.paint = entry.startTime; })
    .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.figures.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
window.tasks = [];
new PerformanceObserver((list) => window.tasks.push(...list.getEntries())).observe({type: "longtask", buffered: true});
"""
BLOCKED = """() => {
    const [{startTime: painted}] = performance.getEntriesByName("first-contentful-paint");
    const later = window.tasks.map((task) => task.startTime + task.duration - Math.max(painted, task.startTime));
    return later.reduce((sum, duration) => sum + Math.max(0, duration - 50), 0);
}"""


def everything(site: str) -> None:
    """Prints the figures of each page. Without a browser it says so and measures nothing."""
    try:
        program = find()
    except NoBrowser as reason:
        print(f"browser: not measured, {reason}")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for name, (email, address) in _pages(site, browser).items():
            _report(name, [_load(browser, site, email, address) for _ in range(LOADS)])
        browser.close()


def _pages(site: str, browser: Browser) -> dict[str, tuple[str, str]]:
    """Returns the person and the address of each page; the review needs a time that is held."""
    client, builder = "client@demo.test", "builder@demo.test"
    return {
        "home": ("", "/"),
        "search": ("", "/builders/"),
        "profile": ("", "/builders/ada-moreno/"),
        "times": (client, _with_page(browser, site, client, _times)),
        "review": (client, _with_page(browser, site, client, _review)),
        "dashboard": (builder, "/dashboard/"),
    }


def _times(page: Page) -> str:
    """Goes to the times of the next month, as this one may be nearly over."""
    page.goto("/book/ada-moreno/")
    page.get_by_role("link", name="Choose a time for Getting started").click()
    page.wait_for_selector("#month-after")
    page.goto(page.evaluate("document.querySelector('#month-after').href"))
    return page.url


def _review(page: Page) -> str:
    _times(page)
    page.locator(".slot").first.click()
    page.get_by_label("How far are you?").select_option("An idea")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Book this session").wait_for()
    return page.url


def _with_page(browser: Browser, site: str, email: str, work: Callable[[Page], str]) -> str:
    context = _context(browser, site, email)
    address = work(context.new_page())
    context.close()
    return address


def _context(browser: Browser, site: str, email: str) -> BrowserContext:
    from tests.browser.page_pool import sign_in_unseen

    context = browser.new_context(
        base_url=site, viewport={"width": WIDTH, "height": HEIGHT}, is_mobile=True, device_scale_factor=2
    )
    if email:
        sign_in_unseen(context, email)
    return context


def _load(browser: Browser, site: str, email: str, address: str) -> dict[str, float]:
    """Loads the page once with an empty cache and returns its figures."""
    context = _context(browser, site, email)
    page = context.new_page()
    sizes: list[float] = []
    session = context.new_cdp_session(page)
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(OBSERVE)
    page.goto(address, wait_until="load", timeout=60_000)
    page.evaluate("document.fonts.ready.then(() => new Promise(requestIdleCallback))")
    figures: dict[str, Any] = page.evaluate("window.figures")
    blocked: float = page.evaluate(BLOCKED)
    context.close()
    return {
        "largest paint": figures["paint"], "shift": figures["shift"], "blocked": blocked,
        "requests": len(sizes), "weight": sum(sizes) / 1000,
    }  # fmt: skip


def _report(name: str, loads: list[dict[str, float]]) -> None:
    print(f"{name} in Chromium at {WIDTH} px, median of {LOADS} loads")
    for figure, (target, unit) in TARGETS.items():
        value = statistics.median(load[figure] for load in loads)
        print(f"    {figure}: {record(f'{name}: {figure}', value, target, unit)}")
