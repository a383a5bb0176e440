"""Periodic jobs of pathways. They select the rows that are due, so that an additional run changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.jobs import periodic
from pathways.badges import services as badges
from pathways.goals import deadlines


@periodic(every=timedelta(minutes=15))
def tend_goals(now: datetime) -> None:
    """Closes goals whose deadline has passed, and sends the reminders that are due."""
    deadlines.close_overdue(now)
    deadlines.send_reminders(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=2, minutes=30))
def award_badges(now: datetime) -> None:
    """Awards what is earned by the passing of time, and of badges that were defined since."""
    badges.award_everybody(now)
