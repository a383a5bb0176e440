"""`make bench`: runs all benchmarks and prints their results; `python -m tests.bench payments` only one of PARTS.

`python -m tests.bench calendly --builders 1000` syncs that many builders, and `insights --bookings 1000000` adds up that many
bookings, which takes a while.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import redis

from tests import environment

environment.prepare()
os.environ["DATABASE_URL"] = environment.database_url("waymark_bench")
os.environ["DATABASE_POOL_MAX"] = "210"
os.environ["CELERY_EAGER"] = "0"  # tasks are only queued, as on a site, so that no side does the other's work
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django

django.setup()

from django.core.management import call_command

from config.embedded import Instance, lease
from tests import databases
from tests.bench import (
    achievements,
    bookings,
    browser,
    calendar_month,
    calendars,
    calendly,
    insights,
    invoices,
    ledger,
    messages,
    operations,
    pages,
    payments,
    payouts,
    results,
    search,
    slots,
)
from tests.bench.timing import compare
from tests.servers import serving

DATABASE = "waymark_bench"
BUILDERS = 1_000
CALENDLY_BUILDERS = 100
COPIES = 99  # of each builder, for the marketplace
NO_LIMITS = {f"LIMIT_{name}": "0" for name in ("BOOKINGS_PER_PERSON", "BOOKINGS_PER_ADDRESS", "REQUESTS_PER_MINUTE")}


def pages_over_http(site: str) -> None:
    """Pages of the demo's server over HTTP, beside /healthz, which does nothing."""
    with httpx.Client(base_url=site) as client:

        def get(address: str, times: int = 60) -> Callable[[], object]:
            return lambda: [client.get(address).raise_for_status() for _ in range(times)]

        for address in ("/", "/builders/", "/builders/?q=app", "/pathways/", "/account/login/", "/api/pathways"):
            compare(f"GET {address}, 60 times, beside /healthz", get(address), get("/healthz"))


def crowd(site: str) -> None:
    """200 requests at once, beside the same 200 one after another."""

    def visit(_: int) -> int:
        return httpx.get(f"{site}/builders/", timeout=60).status_code

    def at_once() -> None:
        with ThreadPoolExecutor(200) as people:
            answers = list(people.map(visit, range(200)))
        assert answers == [200] * 200, answers

    compare("200 visitors at once, beside one after another", at_once, lambda: [visit(0) for _ in range(200)])


def booking() -> None:
    """The benchmarks of booking alone, with the builders of the demo."""
    bookings.through_the_orm()
    bookings.through_the_service()
    with serving(DATABASE, **NO_LIMITS) as site:
        bookings.over_http(site)
        bookings.losing_over_http(site)
        bookings.choosing_a_time(site)


def calendar_reading() -> None:
    """The benchmarks of connected calendars alone."""
    call_command("seed_demo", builders=BUILDERS, verbosity=0)
    beside_busy_time()
    calendars.unchanged()


def beside_busy_time() -> None:
    session_type, *builders = calendars.prepare_busy_time()
    calendars.slots_beside_busy_time(session_type, *builders)
    with serving(DATABASE, **NO_LIMITS) as site:
        calendars.slots_over_http(site, *builders)


def calendly_alone(builders: int = CALENDLY_BUILDERS) -> None:
    """The benchmarks of Calendly alone."""
    call_command("seed_demo", builders=builders, verbosity=0)
    calendly.syncs(builders)
    with serving(DATABASE, **NO_LIMITS) as site:
        calendly.webhooks(site)


def pages_alone() -> None:
    """CPU and queries of pages alone."""
    call_command("seed_demo", builders=60, verbosity=0)
    pages.everything()


def browser_alone() -> None:
    """Pages in Chromium alone."""
    with serving(DATABASE, **NO_LIMITS) as site:
        browser.everything(site)


def payments_alone() -> None:
    """The benchmarks of payments: the balance of a builder, nightly transfers, and the webhook."""
    ledger.everything()
    payouts.nightly_transfers()
    with serving(DATABASE, **NO_LIMITS, **payments.SETTINGS) as site:
        payments.webhooks(site)


def payouts_alone() -> None:
    """The nightly transfers alone, with the builders of the demo."""
    payouts.nightly_transfers()


def everything() -> None:
    browser_alone()  # first: the figures are those of a small place
    slots.engine()
    call_command("seed_demo", builders=BUILDERS, verbosity=0)
    pages.everything()
    slots.loaded()
    beside_busy_time()
    calendars.unchanged()
    bookings.through_the_orm()
    bookings.through_the_service()
    slots.race()
    slots.fill()
    with serving(DATABASE, **NO_LIMITS) as site:
        slots.over_http(site)
        bookings.over_http(site)
        bookings.losing_over_http(site)
        bookings.choosing_a_time(site)
        pages_over_http(site)
        crowd(site)
    calendly_alone()
    payments_alone()
    invoices.everything()
    messages.everything()
    calendar_month.everything()
    insights.everything()
    achievements.everything()
    operations.everything()
    search.everything(COPIES)
    with serving(DATABASE, **NO_LIMITS) as site:
        search.over_http(site)


PARTS = {
    "achievements": achievements.everything,
    "bookings": booking,
    "browser": browser_alone,
    "calendar": calendar_month.everything,
    "calendars": calendar_reading,
    "calendly": calendly_alone,
    "deliveries": messages.deliveries,
    "insights": insights.everything,
    "invoices": invoices.everything,
    "messages": messages.everything,
    "operations": operations.everything,
    "pages": pages_alone,
    "payments": payments_alone,
    "payouts": payouts_alone,
}


def _asked() -> Callable[[], None]:
    """Returns the benchmarks that the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.bench")
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--builders", type=int, default=CALENDLY_BUILDERS, help="that the benchmark of Calendly syncs")
    parser.add_argument(
        "--bookings", type=int, default=insights.WHOLE, help="that those of insights and operations have"
    )
    asked = parser.parse_args()
    if asked.part in ("insights", "operations"):
        return partial({"insights": insights, "operations": operations}[asked.part].everything, asked.bookings)
    return partial(calendly_alone, asked.builders) if asked.part == "calendly" else PARTS.get(asked.part, everything)


def main() -> None:
    work = _asked()
    if environment.embedded():
        lease(Instance("test"))
    databases.make_templates()
    databases.clone_demo(DATABASE)
    work()
    results.write()
    databases.drop(DATABASE)
    redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()  # the tasks that nobody ran


if __name__ == "__main__":
    main()
