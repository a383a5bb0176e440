"""Demo data: Ada's schedules with an exception, a holiday and time off, and hours of other builders in bulk."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from accounts.models import User
from connections.calendly import service as calendly
from connections.ical.reader import host_of
from connections.models import Connection, LinkedAccount
from connections.oauth.registry import Identity, Tokens
from connections.oauth.services import save_account
from core.bulk import copy_rows
from core.registry import DemoPlan
from scheduling import claims, free_times
from scheduling.models import FreeTimes, Reservation, Rule, Schedule
from scheduling.patterns import Pattern
from scheduling.services import ScheduleHours, save_schedule

# Ada's account at the sandbox: it is the first that `sandbox.calendly.sample` makes.
CALENDLY_TOKEN = "sandbox-calendly-token-of-ada"  # noqa: S105  (opens nothing but the stand-in)
CALENDLY_USER = "https://api.calendly.com/users/SB00000000000001"
BATCH = 1_000
WEEKS = [
    [(day, 540, 720) for day in range(5)] + [(day, 780, 1020) for day in range(5)],
    [(day, 600, 1080) for day in range(1, 6)],
    [(day, 960, 1260) for day in range(5)] + [(5, 600, 840)],
    [(0, 540, 780), (1, 540, 780), (3, 840, 1140), (5, 600, 960)],
    [(day, 480, 690) for day in range(6)],
]


def seed(plan: DemoPlan) -> None:
    """Adds the demo schedules and free times that are missing, and time off for Ada if hers is over."""
    _seed_ada(plan)
    _seed_others(plan)
    missing = Schedule.objects.filter(is_default=True).values_list("builder_id", flat=True)
    fresh = set(
        FreeTimes.objects.filter(computed_at__gt=plan.now - timedelta(hours=6)).values_list("builder_id", flat=True)
    )
    todo = [builder for builder in missing if builder not in fresh]
    for batch in plan.batches("free times", todo, free_times.BATCH):
        free_times.refresh(batch)


@transaction.atomic
def _seed_ada(plan: DemoPlan) -> None:
    ada = User.objects.get(email="builder@demo.test")
    today = plan.now.astimezone(ZoneInfo("Europe/Berlin")).date()
    if not ada.schedules.exists():
        usual = Schedule(
            builder=ada, name="Usual week", timezone="Europe/Berlin", buffer_before=0, buffer_after=15,
            minimum_notice=240, horizon_days=60, max_per_day=5, holiday_country="DE",
        )  # fmt: skip
        late = _next_weekday(today, weekday=3, weeks=2)
        evenings = Pattern(4, 1080, 1200, every_weeks=2, starts_on=late - timedelta(days=6))
        week = ScheduleHours(
            rules=WEEKS[0], exceptions={late: [(720, 1200)], late + timedelta(days=1): []}, recurring=[evenings]
        )
        save_schedule(schedule=usual, week=week, by=ada)
        release = list(ada.session_types.filter(rate_types=["day"]))
        save_schedule(
            schedule=Schedule(
                builder=ada, name="Release days", timezone="Europe/Berlin", minimum_notice=10_080, horizon_days=90
            ),
            week=ScheduleHours(rules=[(2, 540, 1080)], session_types=release),
            by=ada,
        )
        any_length = list(ada.session_types.filter(rate_types=["hourly", "day"]))
        save_schedule(
            schedule=Schedule(
                builder=ada, name="Long weekends", timezone="Europe/Berlin", minimum_notice=1_440, horizon_days=60
            ),
            week=ScheduleHours(rules=[(4, 480, 1440), (5, 0, 1440)], session_types=any_length),
            by=ada,
        )
        summer = _summer_year(today)
        save_schedule(
            schedule=Schedule(
                builder=ada, name="Summer hours", kind="holiday", timezone="Europe/Berlin", minimum_notice=240,
                starts_on=date(summer, 7, 20), ends_on=date(summer, 8, 14),
            ),
            week=ScheduleHours(rules=[(day, 480, 720) for day in range(4)]),
            by=ada,
        )  # fmt: skip
    _connect_sample_calendar(ada, plan.now)
    _connect_calendly(ada)
    off = ada.reservations.filter(kind=Reservation.Kind.TIME_OFF, released_at__isnull=True)
    if not any(time.during.upper > plan.now for time in off):
        zone = ZoneInfo("Europe/Berlin")
        first = _next_weekday(today, weekday=0, weeks=4)
        start = datetime(first.year, first.month, first.day, tzinfo=zone)
        claims.block(builder=ada.pk, start=start, end=start + timedelta(days=3), note="At a conference in Lisbon")


def _connect_sample_calendar(ada: User, now: datetime) -> None:
    """Connects Ada to the sandbox's calendar, whose port is another at each start. The worker reads it at once."""
    if not settings.SANDBOX_URL:
        return
    calendar = ada.connections.filter(name="Family").first() or Connection(
        owner=ada, name="Family", service=Connection.Service.ICAL
    )
    calendar.address = f"{settings.SANDBOX_URL}/calendars/family.ics"
    calendar.host, calendar.next_read_at = host_of(calendar.address), now
    calendar.save()
    _move_calendar_accounts(ada, now)


def _move_calendar_accounts(ada: User, now: datetime) -> None:
    """Lets accounts at the sandbox's CalDAV server be read at its new address."""
    for account in ada.connections.filter(service=Connection.Service.CALDAV, host="127.0.0.1"):
        former = account.address.partition("/caldav/")[0]
        account.address, account.next_read_at = f"{settings.SANDBOX_URL}/caldav/", now
        account.save()
        for calendar in account.calendars.all():
            calendar.address = calendar.address.replace(former, settings.SANDBOX_URL, 1)
            calendar.save()


def _connect_calendly(ada: User) -> None:
    """Connects Ada to the sandbox's Calendly. Its webhook is made anew, since the sandbox forgets it when it stops."""
    if not settings.SANDBOX_URL:
        return
    save_account(
        owner=ada, service=calendly.registered(), kind=LinkedAccount.Kind.TOKEN, tokens=Tokens(CALENDLY_TOKEN),
        identity=Identity(CALENDLY_USER, ada.display_name), by=ada,
    )  # fmt: skip


def _next_weekday(today: date, *, weekday: int, weeks: int) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7 + 7 * (weeks - 1))


def _summer_year(today: date) -> int:
    return today.year if today < date(today.year, 8, 14) else today.year + 1


def _seed_others(plan: DemoPlan) -> None:
    missing = list(
        User.objects.filter(email__endswith="@builders.demo.test", offer__isnull=False, schedules__isnull=True)
    )
    for batch in plan.batches("hours", missing, BATCH):
        _write_batch(plan, batch)


@transaction.atomic
def _write_batch(plan: DemoPlan, people: Sequence[User]) -> None:
    schedules, rules = [], []
    for person in people:
        chance = random.Random(f"{plan.seed}-hours-{person.email}")  # noqa: S311  (demo data, no secret)
        schedule = Schedule(
            builder=person, name="Usual week", timezone=person.timezone, is_default=True,
            minimum_notice=chance.choice([60, 240, 1440]), buffer_after=chance.choice([0, 0, 10, 15]),
            horizon_days=chance.choice([30, 60]),
        )  # fmt: skip
        schedules.append(schedule)
        rules += [
            Rule(schedule=schedule, weekday=day, start=start, end=end) for day, start, end in chance.choice(WEEKS)
        ]
    copy_rows(Schedule, schedules)
    copy_rows(Rule, rules)
