"""Makes builders with hours, session types and visitors for tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from coaching.models import Offer, OfferedDuration, SessionDuration, SessionType
from coaching.services import Config, SessionTypeParts, offer_changed, save_config, save_session_type
from core import clock
from core.errors import Refused
from scheduling.claims import TimeRequest, Visitor
from scheduling.free_times import refresh_soon
from scheduling.models import Reservation, Rule, Schedule
from scheduling.services import ScheduleHours, save_schedule
from tests.factories.coaching import OfferFactory
from tests.factories.scheduling import ScheduleFactory

BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = [(weekday, 9 * 60, 17 * 60) for weekday in range(7)]


# Most tests only need a builder who can be booked. With their usual arguments, the functions below write the rows that the
# services would write, in a third of the queries; with others, they call the services.


def open_hours(builder: User, rules: Any = EVERY_DAY, *, week: dict[str, Any] | None = None, **fields: Any) -> Schedule:
    """Saves a schedule: by default nine to five every day, without notice or buffers."""
    values = {"name": "Usual", "timezone": "Europe/Berlin", "minimum_notice": 0, "horizon_days": 400, **fields}
    if rules is not EVERY_DAY or week or Schedule.objects.filter(builder=builder).exists():
        schedule = Schedule(builder=builder, **values)
        return save_schedule(schedule=schedule, week=ScheduleHours(rules=rules, **(week or {})), by=builder)
    schedule = ScheduleFactory.create(builder=builder, **{"is_default": True, **values})
    Rule.objects.bulk_create(
        [Rule(schedule=schedule, weekday=weekday, start=start, end=end) for weekday, start, end in rules]
    )
    refresh_soon(builder.pk)
    return schedule


def offer(builder: User, *, minutes: Any = (60,), price: str | None = None, **fields: Any) -> SessionType:
    """Saves a session type, by default with the prices of the builder's config, which may follow."""
    values = {"title": "Coaching hour", "default_minutes": minutes[0], **fields}
    pathways = values.pop("pathways", [])
    is_active = values.pop("is_active", True)
    parts = SessionTypeParts(durations=dict.fromkeys(minutes, Decimal(price) if price else None), pathways=pathways)
    session_type = SessionType(builder=builder, is_active=False, **values)
    if price or not is_active or SessionType.objects.filter(builder=builder).exists():
        save_session_type(session_type=session_type, parts=parts, by=builder)
        if is_active:
            SessionType.objects.filter(pk=session_type.pk).update(is_active=True)
    else:
        session_type.is_active = True
        session_type.save()
        SessionDuration.objects.bulk_create(
            [SessionDuration(session_type=session_type, minutes=length) for length in sorted(minutes)]
        )
        if pathways:
            session_type.pathways.set(pathways)
    if is_active:
        session_type.is_active = True
        offer_changed.send(SessionType, builder=builder)
    return session_type


def free_session(builder: User, **fields: Any) -> SessionType:
    return offer(builder, **{"minutes": (30,), "title": "Getting started", "category": "FREE", **fields})


def rates(builder: User, **fields: Any) -> None:
    prices = {30: Decimal(50), 60: Decimal(90), 90: Decimal(120)}
    config = Config(prices=prices, **fields)
    if fields or Offer.objects.filter(builder=builder).exists():
        save_config(builder=builder, config=config)
        return
    offer = OfferFactory.create(
        builder=builder, **{name: value for name, value in vars(config).items() if name != "prices"}
    )
    OfferedDuration.objects.bulk_create(
        [OfferedDuration(offer=offer, minutes=minutes, price=price) for minutes, price in prices.items()]
    )
    offer_changed.send(Offer, builder=builder)


def soon(hour: int = 10, minute: int = 0, *, days: int = 3, zone: ZoneInfo = BERLIN) -> datetime:
    """Returns a local time in `zone`, a few days from now."""
    day = clock.now().astimezone(zone).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)


def visitor(key: str = "cleo", **fields: Any) -> Visitor:
    return Visitor(key, **fields)


def ask(session_type: SessionType, start: datetime, *, minutes: int = 60, who: Visitor | None = None) -> TimeRequest:
    return TimeRequest(session_type, start, minutes, who or visitor(person=session_type.builder))


def refused(work: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value


def live() -> int:
    return Reservation.objects.live(clock.now()).count()
