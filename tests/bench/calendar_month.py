"""A month of the calendar of a builder with 20,000 bookings, beside one with few: queries and CPU time."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.calendar.entries import builder_time
from bookings.demo.bookings import BookingBatch, demo_clients
from bookings.states import State
from core import clock
from core.registry import DemoPlan
from tests.bench.messages import cost
from tests.bookings.cast import shop
from tests.cast import make_builder_person
from tests.scheduling.cast import BERLIN

BOOKINGS, A_DAY = 20_000, 8
BATCH = 2_000
FIRST_NUMBER = 5_000_000  # far above the references of the demo


def everything() -> None:
    now = clock.now()
    ada, busy = User.objects.get(email="builder@demo.test"), make_builder_person("Busy Builder")
    _fill(busy)
    start = now - timedelta(days=15)
    end = start + timedelta(days=42)
    query = urlencode({"start": start.isoformat(), "end": end.isoformat()})
    for name, builder in (("few bookings", ada), (f"{BOOKINGS:,} bookings", busy)):
        browser = Client()
        browser.force_login(builder)
        address = f"{reverse('bookings:calendar_entries')}?{query}"
        shown = len(builder_time(builder, start, end).entries)
        print(f"a builder with {name}, of whose entries the six weeks of a month show {shown}")
        cost("    the rows", lambda builder=builder: builder_time(builder, start, end))  # type: ignore[misc]  # mypy does not infer the type of the default
        cost("    the answer over HTTP", lambda browser=browser, address=address: browser.get(address))  # type: ignore[misc]  # as above


def _fill(builder: User) -> None:
    """Gives the builder bookings on each day around today, which do not overlap."""
    session_type, now = shop(builder), clock.now()
    clients = demo_clients(DemoPlan(builders=0, bookings=0, seed=1, now=now), 12)
    midnight = now.astimezone(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = BookingBatch(FIRST_NUMBER)
    for number in range(BOOKINGS):
        day, place = divmod(number, A_DAY)
        begins = midnight + timedelta(days=day - BOOKINGS // A_DAY // 2, hours=3 * place)
        rows.add(session_type, clients[number % len(clients)], begins, State.CONFIRMED, now)
        if number % BATCH == BATCH - 1:
            rows = rows.write()
    rows.write()
