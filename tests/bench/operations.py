"""The front page and the search of staff beside up to a million bookings: the 95th percentile of a page, and how PostgreSQL
reads the tables that grow."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from core import clock
from core.waiting import waiting_for
from operations.front.figures import day_figures
from operations.search.queries import search
from tests.bench import insights

BOOKINGS = 100_000
FRONT_BOUND, SEARCH_BOUND = 0.120, 0.060
BIG = ("bookings_booking", "bookings_bookingevent", "accounts_user")  # tables that no page may read through


def everything(bookings: int = BOOKINGS) -> None:
    insights.fill(bookings)
    staff = User.objects.get(email="admin@demo.test")
    insights.page("the front page of staff", staff, "/operations/", FRONT_BOUND)
    for text in ("wm-222", "park", "bench-77", "nobody at all"):
        insights.page(f"the search of staff for {text!r}", staff, f"/operations/search/?q={text}", SEARCH_BOUND)
    plans()


def plans() -> None:
    """Prints the queries of the front page and of a search that read a big table through, of which there should be none."""
    with CaptureQueriesContext(connection) as captured:
        waiting_for(list(Role), clock.now())
        day_figures(clock.now(), "Europe/Berlin")
        search("bench-77", [Role.ADMIN])
    read_through = [line for query in captured.captured_queries for line in _scans(query["sql"])]
    print(f"    {len(captured)} queries explained; tables read through: {', '.join(read_through) or 'none'}")


def _scans(statement: str) -> list[str]:
    if not statement.lstrip().upper().startswith("SELECT") or "clock_timestamp" in statement:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    return [table for table in re.findall(r"Seq Scan on (\w+)", plan) if table in BIG]
