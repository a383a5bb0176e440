"""Builders whose free times are written as a test needs them, saved searches, and what people are told of them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Notification, User
from core import clock
from marketplace import listings
from marketplace.models import SavedSearch
from marketplace.saved_searches import looking, services, telling
from marketplace.saved_searches.services import SearchDetails
from scheduling.models import FreeTimes
from tests.bookings.cast import shop
from tests.cast import make_builder_person


def builder_with(name: str) -> User:
    """A listed builder whose free times the tests write by themselves."""
    person = make_builder_person(name)
    shop(person)
    set_free(person)
    listings.refresh([person.pk])
    return person


def at(days: int, hour: int, zone: str = "Europe/London") -> datetime:
    day = clock.now().astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), tzinfo=ZoneInfo(zone))


def set_free(builder: User, *starts: datetime) -> None:
    session_type = builder.session_types.get()
    runs = [second for start in sorted(starts) for second in (int(start.timestamp()), int(start.timestamp()))]
    FreeTimes.objects.update_or_create(
        session_type=session_type,
        defaults={
            "builder": builder, "runs": runs, "step": 3600, "minutes": 60, "notice": 0, "open_minutes": 0,
            "currency": "USD", "computed_at": clock.now(),
        },
    )  # fmt: skip


def save(person: User, **fields: Any) -> SavedSearch:
    return services.save_search(person=person, details=SearchDetails(**{"name": "Anybody", **fields}))


def look_and_tell() -> int:
    looking.look_at_all(clock.now())
    return telling.tell_all(clock.now())


def titles(person: User) -> list[str]:
    return list(
        Notification.objects.filter(person=person, kind="opening").order_by("id").values_list("title", flat=True)
    )
