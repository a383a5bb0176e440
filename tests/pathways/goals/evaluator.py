"""A slow evaluator of goals and of days in a zone, written apart from the rules: it counts minute by minute and row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from pathways.models import CompletedSession, Goal, Progress, Skill

MINUTE = timedelta(minutes=1)


def first_instant_of(day: date, zone: ZoneInfo) -> datetime:
    """Returns the first minute of UTC at which the clocks in the zone show this day, or a later one."""
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=26)
    while instant.astimezone(zone).date() < day:
        instant += MINUTE
    return instant


def counted(goal: Goal) -> Fraction:
    """Returns how much of the goal is done, looking at every row there is."""
    zone = ZoneInfo(goal.client.timezone)
    if goal.kind == "custom":
        return Fraction(sum(step.done_at is not None for step in goal.steps.all()))
    if goal.kind in ("sessions", "hours"):
        total = Fraction(0)
        for session in CompletedSession.objects.all():
            is_theirs = session.client == goal.client and goal.pathway in (None, session.pathway)
            if is_theirs and session.starts_at.astimezone(zone).date() >= goal.starts_on:
                total += Fraction(session.minutes, 60) if goal.kind == "hours" else 1
        return total
    done = 0
    for row in Progress.objects.filter(client=goal.client, status="COMPLETED"):
        done += row.skill in wanted_by(goal)
    return Fraction(done)


def wanted_by(goal: Goal) -> list[Skill]:
    if goal.skill:
        return [goal.skill]
    assert goal.pathway is not None
    return [skill for skill in goal.pathway.skills.filter(is_active=True) if goal.tier in (None, skill.tier)]


def forecast_by_days(
    amounts: Sequence[tuple[datetime, int]], target: int, started: datetime, now: datetime
) -> int | None:
    """Returns in how many whole hours the target is reached, adding the pace of each hour until it is there."""
    done = sum(amount for _, amount in amounts)
    begin = max(min([started, *(at for at, _ in amounts)]), now - timedelta(days=90))
    lately = sum(amount for at, amount in amounts if at >= begin)
    if not lately or done >= target:
        return None
    span = max(now - begin, timedelta(days=7))
    an_hour = Fraction(lately) / (Fraction(int(span.total_seconds())) / 3600)
    hours, reached = 0, Fraction(done)
    while reached < target:
        hours, reached = hours + 1, reached + an_hour
        if hours > 5 * 365 * 24:
            return None
    return hours
