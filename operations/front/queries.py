"""What the front page of staff shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from core.waiting import WaitingCheck, WaitingRows, waiting_for
from operations.alarms.queries import ShownAlarm, alarms_that_are_on
from operations.front.figures import DayFigures, day_figures
from operations.health.registry import HealthLine, Verdict, read_health, worst
from operations.rights import Part, parts_of


@dataclass(frozen=True)
class FrontPage:
    """The front page as one person sees it. `waiting` has what waits, `quiet` the labels of what does not."""

    now: datetime
    alarms: Sequence[ShownAlarm]
    figures: DayFigures | None
    waiting: Sequence[tuple[WaitingCheck, WaitingRows]]
    quiet: Sequence[str]
    health: Sequence[HealthLine]

    @property
    def count(self) -> int:
        return sum(rows.count for _, rows in self.waiting)

    @property
    def is_more(self) -> bool:
        return any(rows.is_more for _, rows in self.waiting)

    @property
    def worst(self) -> Verdict:
        return worst(self.health)

    @property
    def not_good(self) -> list[HealthLine]:
        return [line for line in self.health if line.verdict != Verdict.GOOD]

    @property
    def good(self) -> list[HealthLine]:
        return [line for line in self.health if line.verdict == Verdict.GOOD]


def front_page(person: User, now: datetime) -> FrontPage:
    """Returns the front page. One query for each kind of thing that may wait, one for the figures, one for the alarms, and
    those of the health checks; their number depends on nothing that is in the tables."""
    parts = parts_of(person.roles)
    checks = waiting_for(person.roles, now) if Part.WAITING in parts else []
    return FrontPage(
        now=now,
        alarms=alarms_that_are_on() if Part.ALARMS in parts else [],
        figures=day_figures(now, person.timezone) if Part.FIGURES in parts else None,
        waiting=[(check, rows) for check, rows in checks if rows.count],
        quiet=[check.label for check, rows in checks if not rows.count],
        health=read_health(now) if Part.HEALTH in parts else [],
    )
