"""The marketplace with 100,000 builders: searches beside the bare SQL of their rows, and refreshing all listings."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import httpx
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.cursors import page_of
from marketplace import listings, queries, search
from marketplace.models import BuilderListing
from marketplace.search import SearchCentre, SearchRequest
from tests.bench.results import record
from tests.bench.timing import compare, seconds

LIMIT, TIMES = 24, 10
SQL_BOUNDS, HTTP_BOUNDS = (4, 8), (60, 120)  # milliseconds: the 95th percentile, and the longest
BERLIN = SearchCentre("Berlin", 52.52, 13.405, 25)
OTHER = "md5(old.{column}::text || n)::uuid"
COPIES: dict[str, dict[str, str]] = {
    "accounts_user": {"id": OTHER.format(column="id"), "email": "n || '-' || old.email", "avatar": "''"},
    "accounts_builderprofile": {"user_id": OTHER.format(column="user_id"), "slug": "left(n || '-' || old.slug, 80)"},
    "accounts_builderprofile_roles": {"builderprofile_id": OTHER.format(column="builderprofile_id")},
    "coaching_offer": {"builder_id": OTHER.format(column="builder_id")},
    "coaching_offer_services": {"offer_id": OTHER.format(column="offer_id")},
    "coaching_sessiontype": {"id": OTHER.format(column="id"), "builder_id": OTHER.format(column="builder_id")},
    "scheduling_freetimes": {
        "session_type_id": OTHER.format(column="session_type_id"), "builder_id": OTHER.format(column="builder_id"),
    },
    "pathways_teaching": {"builder_id": OTHER.format(column="builder_id")},
    "marketplace_buildermetrics": {
        "builder_id": OTHER.format(column="builder_id"), "review_count": "old.review_count + n %% 17",
        "rating_sum": "old.rating_sum + (n %% 17) * (3 + n %% 3)",
    },
    "marketplace_specialisation": {"builder_id": OTHER.format(column="builder_id")},
}  # fmt: skip


def multiply(times: int) -> None:
    """Copies every builder `times` times, table by table."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE first_ones AS SELECT user_id AS id FROM accounts_builderprofile")
        for table, changed in COPIES.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'",
                [table],
            )
            names = [name for (name,) in cursor.fetchall()]
            values = [changed.get(name, f'old."{name}"') for name in names]
            owner = {"accounts_user": "id", "accounts_builderprofile": "user_id", "coaching_offer_services": "offer_id"}
            key = owner.get(table, "builderprofile_id" if "builderprofile_id" in names else "builder_id")
            columns = ", ".join(f'"{name}"' for name in names)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {', '.join(values)} FROM {table} old "
                f"JOIN first_ones ON first_ones.id = old.{key} CROSS JOIN generate_series(1, %s) AS n",
                [times],
            )
        cursor.execute("ANALYZE")


def everything(times: int) -> None:
    multiply(times)
    count = _seconds("builders' listings written anew, all of them", listings.recount)
    print(f"    {BuilderListing.objects.count():,} listings, {count:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # as autovacuum does on a site
    now = clock.now()
    evening = search.at_times([1], 18, 24, "Europe/Berlin", now)
    searches = {
        "everybody": SearchRequest(),
        "two words": SearchRequest(words="mixing session"),
        "a word with a slip": SearchRequest(words="mixxing"),
        "one service": SearchRequest(services=["mixing"]),
        "4.5 stars": SearchRequest(rating=4.5),
        "at most 80 EUR": SearchRequest(most=Decimal(80), currency="EUR"),
        "25 miles of Berlin": SearchRequest(place=BERLIN),
        "a skill": SearchRequest(skill="teach-it"),
        "free on Tuesday evening": SearchRequest(windows=evening),
        "all of that": SearchRequest(
            words="mixing", services=["mixing"], rating=4.0, most=Decimal(80), currency="EUR", place=BERLIN, windows=evening
        ),
        "lowest rate": SearchRequest(sort=search.RATE),
        "nearest": SearchRequest(place=BERLIN, sort=search.DISTANCE),
        "free soonest": SearchRequest(sort=search.SOONEST),
        "fitting the words": SearchRequest(words="mixing", sort=search.RELEVANCE),
    }  # fmt: skip
    for name, wanted in searches.items():
        compare(f"{name}: {TIMES} pages of {LIMIT} cards, beside the bare SQL of the rows", *_both(wanted))
    plans: dict[str, tuple[dict[str, Any], float]] = {
        "a word with a slip": ({"words": "mixxing"}, 8),
        "a town with a slip": ({"words": "berln"}, 8),
        "free soonest": ({"sort": search.SOONEST}, 25),
    }
    for name, (parts, bound) in plans.items():
        times_of_rows = sorted(seconds(partial(_rows, parts)) for _ in range(40))
        p95 = record(f"search at 100,000, {name}, p95", times_of_rows[37] * 1000, bound)
        print(f"{name}, p95 of its words and rows: {p95}")
    slip = searches["a word with a slip"]
    count = statistics.median(
        seconds(lambda: queries.count_up_to(search.matching(slip), queries.count_limit(slip))) for _ in range(9)
    )
    bounded = record("search at 100,000, count of a word with a slip", count * 1000, 10)
    print(f"the count of a word with a slip, as far as the page counts: {bounded}")
    mixes()
    deep = _deep(40)
    compare("page 40 by its cursor, beside the first page", deep, _page(SearchRequest()))
    _seconds("stats over all", lambda: queries.stats_of(search.matching(SearchRequest())))


def mixes() -> None:
    """96 combinations of filters and orders: the time of the SQL of the rows, and of rows with their cards."""
    choices: list[list[dict[str, Any]]] = [
        [{}, {"services": ["mixing"]}, {"services": ["photography"]}],
        [{}, {"rating": 4.5}],
        [{}, {"most": Decimal(80), "currency": "EUR"}],
        [{}, {"place": BERLIN}],
        [{}, {"is_verified": True}],
        [{}, {"sort": search.RATE}],
    ]
    bare, whole, costs = [], [], set()
    for parts in itertools.product(*choices):
        wanted = SearchRequest(**{name: value for part in parts for name, value in part.items()})
        page, rows = _both(wanted, times=1)
        with CaptureQueriesContext(connection) as taken:
            page()
        costs.add(len(taken))
        bare.append(statistics.median(seconds(rows) for _ in range(5)))
        whole.append(statistics.median(seconds(page) for _ in range(5)))
    for title, times in (("SQL of the rows", bare), ("rows with their cards", whole)):
        quantiles = statistics.quantiles(times, n=20)
        p95 = f"p95 {quantiles[18] * 1000:.1f} ms" if times is whole else _worst(title, times, *SQL_BOUNDS)
        print(f"96 mixes of filters, {title}: p50 {quantiles[9] * 1000:.1f} ms, {p95}")
    print(f"    {sorted(costs)} queries each")


def _rows(parts: dict[str, Any]) -> None:
    """Reads the first rows of a search that nothing is known of yet."""
    wanted = SearchRequest(**parts)
    matching, order = search.ordered(search.matching(wanted), wanted)
    list(matching.order_by(*order)[: LIMIT + 1])


def _worst(title: str, times: list[float], bound: float, worst: float) -> str:
    """Records the 95th percentile and the longest of the times, and returns both in words."""
    p95 = statistics.quantiles(times, n=20)[18]
    return (
        f"p95 {record(f'96 mixes of filters, {title}, p95', p95 * 1000, bound)}, "
        f"worst {record(f'96 mixes of filters, {title}, worst', max(times) * 1000, worst)}"
    )


def _seconds(title: str, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    print(f"{title}: {took * 1000:.0f} ms")
    return took


def _page(wanted: SearchRequest, cursor: str | None = None, times: int = TIMES) -> Callable[[], Any]:
    def read() -> Any:
        for _ in range(times):
            matching, order = search.ordered(search.matching(wanted), wanted)
            page = page_of(matching, order=order, limit=LIMIT, cursor=cursor)
            queries.cards_of(page.rows)
        return page

    return read


def _both(wanted: SearchRequest, times: int = TIMES) -> tuple[Callable[[], Any], Callable[[], Any]]:
    matching, order = search.ordered(search.matching(wanted), wanted)
    sql, params = matching.order_by(*order)[: LIMIT + 1].query.sql_with_params()

    def bare() -> None:
        with connection.cursor() as cursor:
            for _ in range(times):
                cursor.execute(sql, params)
                cursor.fetchall()

    return _page(wanted, times=times), bare


def _deep(pages: int) -> Callable[[], Any]:
    wanted, cursor = SearchRequest(), None
    for _ in range(pages):
        matching, order = search.ordered(search.matching(wanted), wanted)
        cursor = page_of(matching, order=order, limit=LIMIT, cursor=cursor).next_cursor
    return _page(wanted, cursor)


def over_http(site: str) -> None:
    with httpx.Client(base_url=site, timeout=60) as client:

        def get(address: str) -> Callable[[], object]:
            return lambda: [client.get(address).raise_for_status() for _ in range(TIMES)]

        for address in (
            "/",
            "/builders/",
            "/builders/?service=mixing&place=Berlin&max_rate=80&currency=EUR&day=1&time=evening",
        ):
            compare(f"GET {address}, beside /healthz", get(address), get("/healthz"))
        _mixes_over_http(client)


def _mixes_over_http(client: httpx.Client) -> None:
    """96 combinations of filters and orders as a visitor asks for them, each the faster of two times."""
    choices: list[list[str]] = [
        ["", "service=mixing", "service=photography"], ["", "rating=4.5"], ["", "max_rate=80&currency=EUR"],
        ["", "place=Berlin"], ["", "verified=1"], ["", "sort=rate"],
    ]  # fmt: skip
    times = []
    for parts in itertools.product(*choices):
        address = f"/builders/?{'&'.join(filter(None, parts))}"
        visit = partial(_get, client, address)
        times.append(min(seconds(visit), seconds(visit)))
    print(f"96 mixes of filters over HTTP: {_worst('over HTTP', times, *HTTP_BOUNDS)}")


def _get(client: httpx.Client, address: str) -> None:
    client.get(address).raise_for_status()
