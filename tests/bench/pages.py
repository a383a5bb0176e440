"""CPU and queries of pages and of the API, in this process, without the network: beside /healthz and with its target."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from accounts.models import BuilderProfile, User
from coaching.models import SessionType
from marketplace.views import discovery
from tests.bench.results import record
from tests.bench.templates import print_dearest

BUILDER, CARDS, TIMES = "ada-moreno", 24, 30


def everything() -> None:
    """Prints a line for each page: milliseconds of CPU, how often those of /healthz, queries, and whether the targets are met."""
    client, member = Client(), Client()
    member.force_login(User.objects.get(email="client@demo.test"))
    floor = _milliseconds(client, "/healthz")
    print(f"CPU of pages (median of {TIMES}), beside /healthz with {floor:.2f} ms")
    usual, discovery.PAGE_SIZE = discovery.PAGE_SIZE, CARDS
    with override_settings(LIMIT_REQUESTS_PER_MINUTE=0):  # the requests of this benchmark are all from one address
        for name, (address, target, most_queries) in _pages().items():
            _report(name, client, address, floor, target, most_queries)
            if name.endswith("cards"):
                _report(f"{name}, signed in", member, address, floor, target, most_queries + 3)
        _beside_uncached(client)
    discovery.PAGE_SIZE = usual


def _pages() -> dict[str, tuple[str, float, int]]:
    """Returns the address of each page with its targets: milliseconds of CPU, and queries."""
    profile = BuilderProfile.objects.get(slug=BUILDER)
    session = SessionType.objects.filter(builder=profile.user, is_active=True).earliest("position")
    first = datetime.now(UTC).date()
    next_month = first.replace(day=28) + timedelta(days=9)
    slots = f"coachId={BUILDER}&from={first}&to={first + timedelta(days=29)}"
    return {
        f"search, {CARDS} cards": ("/builders/", 8, 5),
        "home": ("/", 5, 4),
        "a builder's page": (profile.get_absolute_url(), 12, 14),
        "wizard, choose": (reverse("bookings:choose", args=[BUILDER]), 7, 6),
        "wizard, times of a month": (
            f"{reverse('bookings:times', args=[BUILDER, session.pk])}?month={next_month:%Y-%m}", 9, 4
        ),
        f"API, {CARDS} builders": (f"/api/marketplace/builders?limit={CARDS}", 8, 4),
        "API, slots of a month": (f"/api/coaching/sessions/available?{slots}", 5, 4),
    }  # fmt: skip


def _report(name: str, client: Client, address: str, floor: float, target: float, most_queries: int) -> None:
    took, queries = _milliseconds(client, address), _queries(client, address)
    print(
        f"    {name:32} {record(f'CPU of {name}', took, target)}, {took / floor:4.0f} x, "
        f"{record(f'queries of {name}', queries, most_queries, 'queries')}"
    )
    print_dearest(lambda: client.get(address))


def _beside_uncached(client: Client) -> None:
    warm = _milliseconds(client, "/builders/")
    with override_settings(CARD_CACHE=not settings.CARD_CACHE):
        anew = _milliseconds(client, "/builders/")
    print(f"    the search without the cache of cards: {anew:.1f} ms, {anew / warm:.2f} times as long (target 4)")
    record("search with its cards, as a share of it without", warm / anew, 0.25, "")


def _milliseconds(client: Client, address: str) -> float:
    def visit() -> float:
        began = time.process_time()
        answer = client.get(address)
        took = time.process_time() - began
        assert answer.status_code == 200, (address, answer.status_code)
        return took * 1000

    for _ in range(3):  # fills the caches
        visit()
    return statistics.median(visit() for _ in range(TIMES))


def _queries(client: Client, address: str) -> int:
    count = 0

    def counting(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*arguments)

    with connection.execute_wrapper(counting):
        client.get(address)
    return count
