"""CPU and queries of pages and of the API, in this process, without the network: beside /healthz and with its target.

The least of many measurements counts: what else runs on the machine makes processor time longer, and never shorter.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import reverse

from accounts.models import BuilderProfile, User
from coaching.models import SessionType
from marketplace import queries
from marketplace.card_cache import render_cards
from marketplace.models import BuilderListing
from marketplace.views import discovery
from tests.bench.results import record
from tests.bench.templates import print_dearest

BUILDER, CARDS, TIMES = "ada-moreno", 24, 30
# Pages that are measured for somebody who is signed in too, with their targets.
SIGNED_IN = {f"search, {CARDS} cards": (8, 7), "home": (20, 20)}


def everything() -> None:
    """Prints a line for each page: milliseconds of CPU, how often those of /healthz, queries, and whether the targets are met."""
    client, member = Client(), Client()
    member.force_login(User.objects.get(email="client@demo.test"))
    print(f"CPU of pages (the least of {TIMES} times), beside /healthz")
    usual, discovery.PAGE_SIZE = discovery.PAGE_SIZE, CARDS
    with override_settings(LIMIT_REQUESTS_PER_MINUTE=0):  # the requests of this benchmark are all from one address
        for name, (address, target, most_queries) in _pages().items():
            _report(name, client, address, target, most_queries)
            if name in SIGNED_IN:
                _report(f"{name}, signed in", member, address, *SIGNED_IN[name])
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
        f"search, {CARDS} cards": ("/builders/", 8, 4),
        "home": ("/", 5, 3),
        "a builder's page": (profile.get_absolute_url(), 12, 14),
        "wizard, choose": (reverse("bookings:choose", args=[BUILDER]), 7, 6),
        "wizard, times of a month": (
            f"{reverse('bookings:times', args=[BUILDER, session.pk])}?month={next_month:%Y-%m}", 9, 4
        ),
        f"API, {CARDS} builders": (f"/api/marketplace/builders?limit={CARDS}", 8, 4),
        "API, slots of a month": (f"/api/coaching/sessions/available?{slots}", 5, 4),
    }  # fmt: skip


def _report(name: str, client: Client, address: str, target: float, most_queries: int) -> None:
    took, floor, count = _milliseconds(client, address), _milliseconds(client, "/healthz"), _queries(client, address)
    print(
        f"    {name:32} {record(f'CPU of {name}', took, target)}, {took / floor:4.0f} x, "
        f"{record(f'queries of {name}', count, most_queries, 'queries')}"
    )
    print_dearest(lambda: client.get(address))


def _beside_uncached(client: Client) -> None:
    warm = _milliseconds(client, "/builders/")
    request = RequestFactory().get("/builders/")
    request.user = AnonymousUser()
    cards = queries.cards_of(queries.brief(BuilderListing.objects.public())[:CARDS], is_brief=True)
    kept = _least(lambda: render_cards(request, cards, level=2))
    with override_settings(CARD_CACHE=False):
        anew = _milliseconds(client, "/builders/")
        rendered = _least(lambda: render_cards(request, cards, level=2))
    print(f"    the search without the cache of cards: {anew:.1f} ms, {anew / warm:.2f} times as long")
    share = record("cards from the cache, as a share of cards that are rendered", kept / rendered, 0.25, "")
    print(f"    its {CARDS} cards alone: {kept:.1f} instead of {rendered:.1f} ms, {share}")


def _milliseconds(client: Client, address: str) -> float:
    assert client.get(address).status_code == 200, address
    return _least(lambda: client.get(address))


def _least(work: Callable[[], object]) -> float:
    """Returns the least milliseconds of CPU that the work has taken."""

    def timed() -> float:
        began = time.process_time()
        work()
        return (time.process_time() - began) * 1000

    for _ in range(3):  # fills the caches
        work()
    return min(timed() for _ in range(TIMES))


def _queries(client: Client, address: str) -> int:
    count = 0

    def counting(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*arguments)

    with connection.execute_wrapper(counting):
        client.get(address)
    return count
