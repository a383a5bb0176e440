"""Requests for a builder's time: the visitor and the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from coaching.models import SessionType
from scheduling import loading
from scheduling.loading import BuilderHours
from scheduling.slots import Calendar, SlotRequest
from scheduling.strangers import hours_around


@dataclass(frozen=True)
class Visitor:
    """Who wants the time: a person, or a stranger known by a secret in their browser. `address` is hashed.

    `plan_id`: that of the plan of sessions whose times are held together. All of them have a key of their own.
    """

    key: str
    person: Any = None
    address: str = ""
    plan_id: UUID | None = None

    @property
    def is_stranger(self) -> bool:
        return self.person is None


@dataclass(frozen=True)
class TimeRequest:
    """The time a visitor wants. The caller has checked that they may book this session type."""

    session_type: SessionType
    start: datetime
    minutes: int
    visitor: Visitor
    travels: bool = False  # whether the session is at the client's address

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    @property
    def window(self) -> tuple[int, int]:
        start = int(self.start.timestamp())
        return start, start + 1

    @property
    def wanted(self) -> SlotRequest:
        return loading.wanted(self.session_type, self.minutes, travels=self.travels)

    @property
    def needs_more_than_its_hold(self) -> bool:
        """Whether a time that was held before its place was known has to be looked at again, for the way there."""
        session_type = self.session_type
        return self.travels and session_type.has_travel_time and not session_type.is_always_at_client

    @cached_property
    def hours(self) -> BuilderHours:
        """The builder's hours around the time: enough to check it, a stranger's share of its fortnight, and the free
        times near it. One query, when they are first read."""
        builder = self.session_type.builder_id
        return loading.load_hours([builder], hours_around(self.window[0]))[builder]

    @cached_property
    def calendar(self) -> Calendar:
        """The hours that apply to this session type."""
        return self.hours.calendar_for(self.session_type.pk)

    def forget_hours(self) -> None:
        """Forgets the loaded hours, because they may have changed."""
        for name in ("hours", "calendar"):
            vars(self).pop(name, None)
