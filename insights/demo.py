"""Demo data of insights: attempts to book, days that were open, searches that found nobody, and the daily sums."""

from __future__ import annotations

import random
from datetime import UTC, timedelta
from hashlib import sha256

from accounts.models import User
from bookings.models import Booking, BookingAttempt
from bookings.states import Cause, Side, State
from coaching.models import SessionType
from core.models import DemandEvent
from core.registry import DemoPlan
from insights import rollups
from insights.models import DailyFigureRun
from scheduling.models import OfferedDay

DAY = timedelta(days=1)
DAYS = 180
SEARCHES = (
    ("zither lessons", "", "", 9), ("tax advice", "", "Berlin", 6), ("voice coach", "", "Lisbon", 5),
    ("", "mixing", "Reykjavik", 4), ("negotiating a raise", "", "", 3), ("", "app-review", "Nairobi", 3),
)  # fmt: skip


def seed(plan: DemoPlan) -> None:
    """Adds half a year of history for Ada, and what nobody found, unless it is there. Then adds up all days."""
    ada = User.objects.get(email="builder@demo.test")
    if not BookingAttempt.objects.filter(builder=ada).exists():
        chance = random.Random(f"{plan.seed}-insights")  # noqa: S311  (demo data, no secret)
        _add_attempts(plan, ada, chance)
        _add_open_days(plan, ada, chance)
        _add_causes(ada)
        _add_searches(plan, chance)
    if not DailyFigureRun.objects.filter(until=plan.now.astimezone(UTC).date()).exists():
        rollups.add_up(plan.now)
    plan.tell("daily figures", DAYS, DAYS)


def _add_attempts(plan: DemoPlan, ada: User, chance: random.Random) -> None:
    """Adds people who chose a time: about half of them booked, some left at the details, some were too late."""
    types = list(SessionType.objects.filter(builder=ada, is_active=True).order_by("position", "pk")[:4])
    rows = []
    for number in range(DAYS * 2):
        at = plan.now - chance.random() * DAYS * DAY
        session_type = types[min(chance.randrange(len(types)), chance.randrange(len(types)))]
        fate = chance.random()
        is_late = fate > 0.94
        rows.append(
            BookingAttempt(
                day=at.astimezone(UTC).date(), visitor=sha256(f"{plan.seed}-{number}".encode()).hexdigest()[:40],
                builder=ada, session_type=session_type, channel="api" if number % 17 == 0 else "web",
                minutes=session_type.default_minutes, started_at=at,
                details_at=at + timedelta(minutes=2) if fate < 0.7 else None,
                completed_at=at + timedelta(minutes=4) if fate < 0.55 else None,
                failed_at=at if is_late else None, reason="slot_taken" if is_late else "",
            )
        )  # fmt: skip
    BookingAttempt.objects.bulk_create(rows, ignore_conflicts=True)


def _add_open_days(plan: DemoPlan, ada: User, chance: random.Random) -> None:
    first = plan.now.date() - DAYS * DAY
    days = [first + number * DAY for number in range(DAYS)]
    OfferedDay.objects.bulk_create(
        [
            OfferedDay(builder=ada, date=day, minutes=chance.choice((240, 300, 360)))
            for day in days
            if day.weekday() < 5
        ],
        ignore_conflicts=True,
    )


def _add_causes(ada: User) -> None:
    """Gives sessions that clients have cancelled a cause."""
    causes = (Cause.TIME, Cause.TIME, Cause.ILL, Cause.SOLVED)
    own = Booking.objects.filter(builder=ada, cancel_cause="")
    for number, booking in enumerate(own.filter(state=State.CANCELLED, cancelled_by=Side.CLIENT).order_by("pk")):
        Booking.objects.filter(pk=booking.pk).update(cancel_cause=causes[number % len(causes)])


def _add_searches(plan: DemoPlan, chance: random.Random) -> None:
    today = plan.now.astimezone(UTC).date()
    rows = [
        DemandEvent(
            day=today - number * 7 * DAY - chance.randrange(5) * DAY, kind=DemandEvent.Kind.SEARCH, words=text,
            service=service, town=town, count=max(1, count - number),
        )
        for text, service, town, count in SEARCHES
        for number in range(6)
    ]  # fmt: skip
    DemandEvent.objects.bulk_create(rows, ignore_conflicts=True)
