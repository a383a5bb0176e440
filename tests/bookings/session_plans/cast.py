"""Makes builders who teach skills, and plans of sessions with them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from bookings.models import SessionPlan
from bookings.session_plans import services
from bookings.session_plans.services import PlanFor
from coaching.models import SessionType
from core import clock
from pathways.models import BuilderSkill, Pathway, Skill
from tests.scheduling.cast import EVERY_DAY, offer, open_hours, rates

BERLIN = ZoneInfo("Europe/Berlin")
EVENINGS = [(weekday, 17 * 60, 21 * 60) for weekday in range(7)]


def today() -> date:
    """Returns the day of the plans that `asked` describes, which is not that of UTC in the last hours before midnight."""
    return clock.now().astimezone(BERLIN).date()


def mentor(builder: User, skills: list[Skill] | None = None, *, rules: Any = EVENINGS, **fields: Any) -> SessionType:
    """Returns an hour with this builder, who is open in the evenings and teaches these skills."""
    hours = {
        name: fields.pop(name)
        for name in ("max_per_day", "timezone", "minimum_notice", "horizon_days", "buffer_after")
        if name in fields
    }
    open_hours(builder, rules, **hours)
    rates(builder)
    for skill in skills or []:
        BuilderSkill.objects.get_or_create(builder=builder, skill=skill)
    return offer(builder, **fields)


def asked(*session_types: SessionType, weeks: int = 4, **fields: Any) -> PlanFor:
    """Returns a request for two evenings a week, from tomorrow on."""
    first = today() + timedelta(days=1)
    values = {
        "pathway": None,
        "timezone": "Europe/Berlin",
        "weekdays": [0, 1, 2, 3, 4, 5, 6],
        "earliest": 17 * 60,
        "latest": 21 * 60,
        "per_week": 2,
        "session_types": [row.pk for row in session_types],
        "first_day": first,
        "last_day": first + timedelta(days=weeks * 7 - 1),
        **fields,
    }
    return PlanFor(**values)


def plan_with(client: User, *session_types: SessionType, **fields: Any) -> SessionPlan:
    return services.propose(client=client, asked=asked(*session_types, **fields))


def starts_of(plan: SessionPlan) -> list[datetime]:
    return list(plan.sessions.order_by("starts_at").values_list("starts_at", flat=True))


__all__ = ["EVENINGS", "EVERY_DAY", "Pathway", "asked", "mentor", "plan_with", "starts_of", "today"]
