"""The pages of staff beside up to a million bookings: the 95th percentile of the front page, of a person with 5,000 bookings, of
lists and of searches, and how PostgreSQL reads the tables that grow."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from core import clock
from core.waiting import waiting_for
from operations.front.figures import day_figures
from operations.search.queries import search
from tests.bench import insights

BOOKINGS = 200_000
OF_PERSON = 5_000  # how many bookings the person has
PLACE = 4_000  # a number that no builder of `insights.fill` has; beyond 4,294 references would have no room for it
FRONT_BOUND, PERSON_BOUND, LIST_BOUND = 0.120, 0.120, 0.060
LISTS = ("people", "bookings", "mail", "audit")
PARTS = ("bookings", "payments", "reviews", "mails", "conversations", "audit")
BIG = ("bookings_booking", "bookings_bookingevent", "accounts_user")  # tables that no page may read through


def everything(bookings: int = BOOKINGS) -> None:
    insights.fill(bookings)
    staff = User.objects.get(email="admin@demo.test")
    insights.page("the front page of staff", staff, "/operations/", FRONT_BOUND)
    person = busy_person()
    insights.page(f"a person with {OF_PERSON:,} bookings", staff, f"/operations/people/{person.pk}/", PERSON_BOUND)
    for part in PARTS:
        address = f"/operations/people/{person.pk}/see/{part}/"
        insights.page(f"a person with {OF_PERSON:,} bookings, {part}", staff, address, PERSON_BOUND)
    for name in LISTS:
        insights.page(f"the list of {name}", staff, f"/operations/{name}/", LIST_BOUND)
    for text in ("wm-222", "park", "bench-77", "nobody at all"):
        insights.page(f"the search of staff for {text!r}", staff, f"/operations/search/?q={text}", LIST_BOUND)
    plans(staff, [person, User.objects.get(email="bench-1@clients.test"), User.objects.get(email="client@demo.test")])


def busy_person() -> User:
    """Returns a person with 5,000 bookings."""
    person, is_new = User.objects.get_or_create(
        email="bench-busy@builders.test", defaults={"display_name": "Busy Builder", "timezone": "Europe/Berlin"}
    )
    if is_new:
        insights._copy(person, OF_PERSON, PLACE)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE bookings_booking")
    return person


def plans(staff: User, people: list[User]) -> None:
    """Prints which queries of the front page, of lists, of these people and of a search read a big table through, of which
    there should be none."""
    client = Client()
    client.force_login(staff)
    with CaptureQueriesContext(connection) as captured:
        for address in [f"/operations/{name}/" for name in LISTS] + [
            page for person in people for page in _pages_of(person)
        ]:
            assert client.get(address).status_code == 200, address
        waiting_for(list(Role), clock.now())
        day_figures(clock.now(), "Europe/Berlin")
        search("bench-77", [Role.ADMIN])
    read_through = [line for query in captured.captured_queries for line in _scans(query["sql"])]
    print(f"    {len(captured)} queries explained; tables read through: {', '.join(read_through) or 'none'}")


def _pages_of(person: User) -> list[str]:
    page = f"/operations/people/{person.pk}/"
    return [page, *(f"{page}see/{part}/" for part in PARTS)]


def _scans(statement: str) -> list[str]:
    if not statement.lstrip().upper().startswith("SELECT") or "clock_timestamp" in statement:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    return [table for table in re.findall(r"Seq Scan on (\w+)", plan) if table in BIG]
