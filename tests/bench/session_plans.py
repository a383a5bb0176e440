"""A plan of sessions over three builders and twelve weeks: proposed through the service, with loading and saving."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bookings.models import SessionPlan
from bookings.session_plans import services
from bookings.session_plans.loading import load, preferences_of
from bookings.session_plans.proposer import propose_sessions
from bookings.session_plans.queries import shown_plan
from bookings.session_plans.services import PlanFor
from coaching.models import SessionType
from core import clock
from pathways.models import Pathway
from tests.bench import results

TIMES, WEEKS, BUILDERS = 60, 12, 3
TARGET = 150


def everything() -> None:
    cleo = User.objects.get(email="client@demo.test")
    asked = wishes(cleo)

    def propose() -> SessionPlan:
        with transaction.atomic():
            plan = services.propose(client=cleo, asked=asked)
            transaction.set_rollback(True)
            return plan

    with CaptureQueriesContext(connection) as captured:
        propose()
    print(f"A plan of {WEEKS} weeks with {len(asked.session_types)} builders\n    {len(captured)} queries")
    report("proposing a plan, through the service", [timed(propose) for _ in range(TIMES)])

    with transaction.atomic():
        plan = services.propose(client=cleo, asked=asked)
        print(f"    {plan.sessions.count()} sessions")
        report(
            "showing a plan, checked against what is free",
            [timed(lambda: shown_plan(plan, cleo)) for _ in range(TIMES)],
        )
        loaded = load(client=cleo, plan=plan, now=clock.now())
        search = [loaded.search(preferences_of(plan)) for _ in range(TIMES)]
        alone = [timed(lambda wanted=wanted: propose_sessions(wanted)) for wanted in search]  # type: ignore[misc]  # mypy does not infer the type of the default
        print(f"    the proposer alone: median {statistics.median(alone):.1f} ms")
        transaction.set_rollback(True)


def wishes(cleo: User) -> PlanFor:
    pathway = Pathway.objects.get(slug="accelerate")
    types: dict[object, SessionType] = {}
    bookable = SessionType.objects.bookable().filter(seats=1, category=SessionType.Category.SPECIALIZED)
    for row in bookable.filter(books_on_calendly=False).exclude(builder=cleo).order_by("pk")[:200]:
        types.setdefault(row.builder_id, row)
    first = clock.now().date() + timedelta(days=1)
    return PlanFor(
        pathway=pathway,
        timezone=cleo.timezone,
        weekdays=list(range(7)),
        earliest=8 * 60,
        latest=22 * 60,
        per_week=3,
        session_types=[row.pk for row in list(types.values())[:BUILDERS]],
        first_day=first,
        last_day=first + timedelta(weeks=WEEKS, days=-1),
    )


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def report(name: str, took: list[float]) -> None:
    took.sort()
    middle, late = statistics.median(took), took[int(len(took) * 0.95)]
    print(f"    median {middle:.0f} ms; p95 {results.record(f'{name}, p95', late, TARGET)}")
