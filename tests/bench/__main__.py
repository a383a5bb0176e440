"""`make bench`: runs the benchmarks of WHOLE in at most 15 minutes and prints their results with their targets;
`python -m tests.bench payments` runs only one of PARTS.

`make bench-million` measures pages beside a million bookings, `make bench-billing` payments, invoices and Calendly. Both take
longer. `python -m tests.bench calendly --builders 1000` syncs that many builders.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import redis

from tests import environment

SETTINGS = "tests.bench.settings"
environment.prepare()
os.environ["DATABASE_URL"] = environment.database_url("waymark_bench")
os.environ["DATABASE_POOL_MAX"] = "210"
os.environ["CELERY_EAGER"] = "0"  # tasks are only queued, as on a site, so that no side does the other's work
os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS

import django

django.setup()

from django.core.management import call_command
from django.db import connections
from django.urls import reverse

from config.embedded import Instance, lease
from core.handlers import keep_what_is_loaded
from tests import databases
from tests.bench import (
    achievements,
    bookings,
    browser,
    calendar_month,
    calendars,
    calendly,
    growth,
    insights,
    invoices,
    ledger,
    memory,
    messages,
    operations,
    pages,
    payments,
    payouts,
    results,
    scale,
    search,
    session_plans,
    slots,
)
from tests.bench.results import record
from tests.bench.timing import compare
from tests.servers import serving

DATABASE = "waymark_bench"
BUILDERS = 1_000
CALENDLY_BUILDERS = 100
MOST_MINUTES = 14  # of the parts of `make bench`; the tables and the database take the rest
COPIES = 99  # of each builder, for the marketplace
failed: list[str] = []  # the parts that ended with an error
NO_LIMITS = ("LIMIT_BOOKINGS_PER_PERSON", "LIMIT_BOOKINGS_PER_ADDRESS", "LIMIT_REQUESTS_PER_MINUTE")
SERVER = {"DJANGO_SETTINGS_MODULE": SETTINGS, **dict.fromkeys(NO_LIMITS, "0")}


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
    with serving(DATABASE, **SERVER) as site:
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
    with serving(DATABASE, **SERVER) as site:
        calendars.slots_over_http(site, *builders)


def calendly_alone(builders: int = CALENDLY_BUILDERS) -> None:
    """The benchmarks of Calendly alone."""
    call_command("seed_demo", builders=builders, verbosity=0)
    calendly.syncs(builders)
    with serving(DATABASE, **SERVER) as site:
        calendly.webhooks(site)


def pages_alone() -> None:
    """CPU and queries of pages alone."""
    call_command("seed_demo", builders=60, verbosity=0)
    pages.everything()


def browser_alone() -> None:
    """Pages in Chromium alone."""
    with serving(DATABASE, **SERVER) as site:
        browser.everything(site)


def payments_alone() -> None:
    """The benchmarks of payments: the balance of a builder, nightly transfers, and the webhook."""
    ledger.everything()
    payouts.nightly_transfers()
    with serving(DATABASE, **SERVER, **payments.SETTINGS) as site:
        payments.webhooks(site)


def billing() -> None:
    """Payments, invoices and Calendly, which `make bench` leaves out."""
    payments_alone()
    invoices.everything()
    calendly_alone()


def payouts_alone() -> None:
    """The nightly transfers alone, with the builders of the demo."""
    payouts.nightly_transfers()


def seeding() -> None:
    """Seeds a thousand builders, with a twentieth of the time that 20,000 may take. The addresses of all pages, which take a
    second, are loaded before: however many builders there are, they are loaded once."""
    reverse("marketplace:discover")
    began = time.process_time()
    call_command("seed_demo", builders=BUILDERS, verbosity=0)
    took = (time.process_time() - began) * 1000
    print(f"seeding {BUILDERS:,} builders: {record(f'CPU of seeding {BUILDERS:,} builders', took, 3000)}")


def slots_alone() -> None:
    """The slot engine, alone and with its loading."""
    slots.engine()
    slots.loaded()


def booking_at_once() -> None:
    """Races for one time, and pages and bookings over HTTP with 50,000 reservations."""
    bookings.through_the_orm()
    bookings.through_the_service()
    slots.race()
    slots.fill()
    with serving(DATABASE, **SERVER) as site:
        slots.over_http(site)
        bookings.over_http(site)
        bookings.losing_over_http(site)
        bookings.choosing_a_time(site)
        pages_over_http(site)
        crowd(site)


def marketplace() -> None:
    """Searches with 100,000 builders, by SQL and over HTTP, and the sitemap of them."""
    search.everything(COPIES)
    scale.sitemap_of_all_builders()
    with serving(DATABASE, **SERVER) as site:
        search.over_http(site)


def many_bookings(bookings: int = scale.BOOKINGS) -> None:
    """Insights, pages of staff and lists with this many bookings."""
    insights.fill(bookings)
    scale.everything(bookings)
    operations.everything(bookings)
    insights.everything(bookings)


# Small places come before large ones, since each part measures what those before it have left.
WHOLE: dict[str, Callable[[], None]] = {
    "pages in a browser": browser_alone,
    "memory": partial(memory.everything, DATABASE),
    "seeding": seeding,
    "processor time of pages": pages.everything,
    "slots": slots_alone,
    "plans of sessions": session_plans.everything,
    "many bookings": many_bookings,
    "the marketplace": marketplace,
    "bookings at once": booking_at_once,
    "messages": messages.everything,
    "a month of the calendar": calendar_month.everything,
    "achievements": achievements.everything,
}


class TimeIsUpError(BaseException):
    """MOST_MINUTES have passed. No code that handles its own errors catches this."""


def everything() -> None:
    """Runs the parts in turn, and stops after MOST_MINUTES. A part that fails leaves the others to go on."""
    began, left = time.monotonic(), list(WHOLE)
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(MOST_MINUTES * 60)
    try:
        for name, part in WHOLE.items():
            print(f"\n== {name}, after {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
            try:
                part()
            except Exception:  # noqa: BLE001  (whatever it is, the figures of the others count)
                traceback.print_exc()
                failed.append(name)
                connections.close_all()
            left.remove(name)
    except TimeIsUpError:
        print(f"\nNot finished after {MOST_MINUTES} minutes; run them alone: {', '.join(left)}")
    finally:
        signal.alarm(0)
    print(f"\nThe benchmarks took {(time.monotonic() - began) / 60:.1f} minutes.")


def _stop(number: int, frame: object) -> None:
    raise TimeIsUpError


PARTS: dict[str, Callable[[], None]] = {
    "achievements": achievements.everything,
    "billing": billing,
    "bookings": booking,
    "browser": browser_alone,
    "calendar": calendar_month.everything,
    "calendars": calendar_reading,
    "calendly": calendly_alone,
    "deliveries": messages.deliveries,
    "growth": growth.everything,
    "insights": insights.everything,
    "invoices": invoices.everything,
    "messages": messages.everything,
    "operations": operations.everything,
    "many-bookings": many_bookings,
    "marketplace": marketplace,
    "memory": partial(memory.everything, DATABASE),
    "pages": pages_alone,
    "payments": payments_alone,
    "payouts": payouts_alone,
    "session-plans": session_plans.everything,
}


def _asked() -> Callable[[], None]:
    """Returns the benchmarks that the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.bench")
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--builders", type=int, default=CALENDLY_BUILDERS, help="that the benchmark of Calendly syncs")
    parser.add_argument(
        "--bookings", type=int, default=insights.WHOLE, help="that many-bookings, insights and operations have"
    )
    parser.add_argument("--rows", type=int, default=growth.ROWS, help="that the tables of growth have")
    asked = parser.parse_args()
    if asked.part == "growth":
        return partial(growth.everything, asked.rows)
    growing: dict[str, Callable[[int], None]] = {
        "insights": insights.everything, "operations": operations.everything, "many-bookings": many_bookings,
    }  # fmt: skip
    if asked.part in growing:
        return partial(growing[asked.part], asked.bookings)
    if asked.part == "calendly":
        return partial(calendly_alone, asked.builders)
    return PARTS.get(asked.part, everything)


def main() -> None:
    work = _asked()
    if environment.embedded():
        lease(Instance("test"))
    databases.make_templates()
    databases.clone_demo(DATABASE)
    keep_what_is_loaded()  # as a process that serves pages
    work()
    results.write()
    databases.drop(DATABASE)
    redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()  # the tasks that nobody ran
    if failed:
        sys.exit(f"These parts failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
