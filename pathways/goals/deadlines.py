"""What the clock does to goals: it closes those whose deadline has passed, and sends reminders."""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from pathways.goals import notifications, rules
from pathways.goals.queries import progress_of
from pathways.goals.services import record_event
from pathways.models import Goal, GoalEvent

logger = logging.getLogger(__name__)
Status, Verb = Goal.Status, GoalEvent.Verb


def close_overdue(now: datetime) -> None:
    """Marks the goals whose deadline has passed, and tells their clients what they can do. One that fails is logged, and
    the others go on."""
    for goal in Goal.objects.complete().filter(status=Status.ACTIVE, deadline__lte=now.date()):
        try:
            _close_if_overdue(goal, now)
        except Exception:
            logger.exception("a goal could not be closed", extra={"goal": str(goal.pk)})


@transaction.atomic
def _close_if_overdue(goal: Goal, now: datetime) -> None:
    """Claims the goal by its state and deadline, since its client may be changing it."""
    deadline = goal.deadline
    assert deadline is not None
    if now < rules.deadline_ends_at(deadline, ZoneInfo(goal.client.timezone)):
        return
    claimed = Goal.objects.filter(pk=goal.pk, status=Status.ACTIVE, deadline=deadline)
    if claimed.update(status=Status.MISSED, closed_at=now, changed_at=now):
        goal.status, goal.closed_at = Status.MISSED, now
        (progress,) = progress_of([goal], now)
        notifications.missed(progress, record_event(goal, Verb.MISS, None, now))


def send_reminders(now: datetime) -> None:
    """Sends the reminders that clients have chosen and whose time has come; of several at once only the last. One that
    fails is logged, and the others go on."""
    near = (now.date() - rules.DAY, now.date() + (max(rules.REMIND_DAYS) + 2) * rules.DAY)
    waiting = Goal.objects.complete().filter(status=Status.ACTIVE, deadline__range=near).exclude(remind_days=[])
    for goal in waiting:
        try:
            _remind_if_due(goal, now)
        except Exception:
            logger.exception("a reminder of a goal could not be sent", extra={"goal": str(goal.pk)})


@transaction.atomic
def _remind_if_due(goal: Goal, now: datetime) -> None:
    """Claims the reminders by what was sent so far, so that two runs at once send none twice."""
    assert goal.deadline is not None
    zone = ZoneInfo(goal.client.timezone)
    due = rules.due_reminders(goal.deadline, goal.remind_days, goal.reminded_days, zone, now)
    if not due:
        return
    unchanged = Goal.objects.filter(
        pk=goal.pk, status=Status.ACTIVE, deadline=goal.deadline, reminded_days=goal.reminded_days
    )
    if unchanged.update(reminded_days=sorted({*goal.reminded_days, *due}), changed_at=now):
        (progress,) = progress_of([goal], now)
        notifications.reminder(progress)
