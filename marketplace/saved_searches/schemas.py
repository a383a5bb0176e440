"""The API schemas of saved searches."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from core.api import In, Line, Out, SuccessBody, Truth, Whole
from marketplace.models import SavedSearch

SearchName = Annotated[Line, StringConstraints(max_length=80)]
QueryText = Annotated[str, StringConstraints(max_length=1000)]
Days = Annotated[list[Whole], Field(max_length=7)]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]


class SavedSearchOut(Out):
    """`weekdays` are 0 for Monday to 6 for Sunday, none for any day. A time has to begin between `after` and `before`."""

    id: UUID
    name: str
    query: str
    weekdays: list[int]
    after: str
    before: str
    paused: bool
    created_at: datetime

    @classmethod
    def of(cls, saved: SavedSearch) -> SavedSearchOut:
        return cls(
            id=saved.pk,
            name=saved.name,
            query=saved.query,
            weekdays=saved.weekdays,
            after=clock_of(saved.from_minute),
            before=clock_of(saved.to_minute),
            paused=saved.paused_at is not None,
            created_at=saved.created_at,
        )


class SavedSearchesAnswer(SuccessBody):
    saved_searches: list[SavedSearchOut]


class SavedSearchAnswer(SuccessBody):
    saved_search: SavedSearchOut


class SavedSearchIn(In):
    """`query` has the filters as in the address of the search page, such as `service=mixing&format=remote`."""

    name: SearchName
    query: QueryText = ""
    weekdays: Days = []
    after: ClockTime = "00:00"
    before: ClockTime = "24:00"


class SavedSearchChange(In):
    """What is named changes."""

    name: SearchName | None = None
    query: QueryText | None = None
    weekdays: Days | None = None
    after: ClockTime | None = None
    before: ClockTime | None = None
    paused: Truth | None = None

    def named(self) -> dict[str, Any]:
        """Returns what was sent and is not null."""
        return {name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None}


def clock_of(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def minute_of(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)
