"""The alarms as pages and metrics show them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from core import charts
from operations.alarms.definitions import ALARMS, BY_NAME, Alarm
from operations.alarms.limits import AlarmLimit, limits
from operations.models import AlarmState


@dataclass(frozen=True)
class ShownAlarm:
    """An alarm with its state and its limit."""

    alarm: Alarm
    state: AlarmState
    limit: AlarmLimit

    @property
    def value(self) -> str:
        """The value in words, such as `17 minutes`."""
        if self.state.value is None:
            return "not measured"
        if math.isinf(self.state.value):
            return "never"
        return with_unit(self.state.value, self.alarm.unit)

    @property
    def rule(self) -> str:
        """When it goes on and off, in words."""
        verb = "falls below" if self.alarm.goes_on_below else "reaches"
        lasting = f" for {self.limit.minutes} minutes" if self.limit.minutes else ""
        on = f"Goes on when it {verb} {with_unit(self.limit.limit, self.alarm.unit)}{lasting}"
        return f"{on}, and off at {with_unit(self.limit.clear, self.alarm.unit)}."


def with_unit(value: float, unit: str) -> str:
    return f"{charts.number(value)}{unit}" if unit.startswith("%") else f"{charts.number(value)} {unit}"


def alarms_that_are_on() -> list[ShownAlarm]:
    """Returns the alarms that are on, the oldest first. One query."""
    states = AlarmState.objects.filter(is_on=True, name__in=BY_NAME).order_by("changed_at", "name")
    known = limits()
    return [ShownAlarm(BY_NAME[state.name], state, known[state.name]) for state in states]


def all_alarms() -> list[ShownAlarm]:
    """Returns all alarms, those that are on first; one that was never evaluated has an empty state. One query."""
    states: Mapping[str, AlarmState] = {state.name: state for state in AlarmState.objects.all()}
    known = limits()
    shown = [
        ShownAlarm(alarm, states.get(alarm.name) or AlarmState(name=alarm.name), known[alarm.name]) for alarm in ALARMS
    ]
    return sorted(shown, key=lambda alarm: not alarm.state.is_on)
