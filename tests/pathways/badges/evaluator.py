"""A slow evaluator of badges, written apart from the SQL: it looks at every day and every row."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from accounts.models import User
from pathways.models import AnsweredRequest, Badge, CompletedSession, Goal, Progress, Skill

HOUR = timedelta(hours=1)


def most(badge: Badge, person: User, now: datetime) -> int:
    """Returns the most that the person ever had of what the badge counts, in whole numbers."""
    if badge.rule == "streak":
        return longest_run_of_weeks(badge, person)
    if badge.rule == "answers":
        return quick_answers(badge, person, now)
    if badge.rule == "goals":
        return sum(goal.status == "reached" for goal in Goal.objects.filter(client=person))
    facts = facts_of(badge, person)
    if badge.window_days is None:
        return int(sum((amount for _, amount in facts), Fraction(0)))
    window = timedelta(days=badge.window_days)
    sums = [sum((b for at, b in facts if end - window <= at <= end), Fraction(0)) for end, _ in facts]
    return int(max(sums, default=Fraction(0)))


def facts_of(badge: Badge, person: User) -> list[tuple[datetime, Fraction]]:
    if badge.rule in ("sessions", "hours"):
        return [
            (session.starts_at, Fraction(session.minutes, 60) if badge.rule == "hours" else Fraction(1))
            for session in sessions_of(badge, person)
        ]
    skills = Skill.objects.all() if badge.pathway is None else badge.pathway.skills.all()
    rows = [row for row in Progress.objects.filter(client=person).select_related("skill") if row.skill in skills]
    return [(row.completed_at, Fraction(1)) for row in rows if row.completed_at is not None]


def sessions_of(badge: Badge, person: User) -> list[CompletedSession]:
    side = "client" if badge.audience == "client" else "builder"
    return [
        session
        for session in CompletedSession.objects.select_related("client", "builder", "pathway")
        if getattr(session, side) == person and badge.pathway in (None, session.pathway)
    ]


def longest_run_of_weeks(badge: Badge, person: User) -> int:
    zone = ZoneInfo(person.timezone)
    days = [session.starts_at.astimezone(zone).date() for session in sessions_of(badge, person)]
    mondays = {day - timedelta(days=day.weekday()) for day in days}
    longest = 0
    for monday in mondays:
        length, week = 0, monday
        while week in mondays:
            length, week = length + 1, week + timedelta(days=7)
        longest = max(longest, length)
    return longest


def quick_answers(badge: Badge, builder: User, now: datetime) -> int:
    """Returns the most answers in a stretch of the window's days that begins with an answer and is over, all of them quick."""
    answers = list(AnsweredRequest.objects.filter(builder=builder))
    window, best = timedelta(days=badge.window_days or 0), 0
    for first in answers:
        end = first.answered_at + window
        if end > now:
            continue
        inside = [answer for answer in answers if first.answered_at <= answer.answered_at < end]
        if all(answer.answered_at - answer.asked_at <= HOUR for answer in inside):
            best = max(best, len(inside))
    return best
