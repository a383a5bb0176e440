"""What waits for staff, such as an application or a mail that could not be sent. Each app registers its checks in
`apps.ready()`; the front page of operations shows what they return, each with the page on which it is dealt with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

MOST_COUNTED = 100  # rows that a check reads; where there are more, the page says "100+"
MOST_SHOWN = 5


@dataclass(frozen=True)
class WaitingRow:
    """One thing that waits: what it is, its own page, since when it waits, and until when it has to be dealt with."""

    text: str
    url: str
    since: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class WaitingRows:
    """What a check returns: how many things wait, since when the oldest does, and the first few of them."""

    count: int
    oldest: datetime | None
    rows: Sequence[WaitingRow]

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > MOST_COUNTED

    @property
    def shown_count(self) -> str:
        return f"{MOST_COUNTED}+" if self.is_more else str(self.count)


@dataclass(frozen=True)
class WaitingCheck:
    """One kind of thing that waits. `rows(now)` selects what waits, in the order of its urgency, and `row` makes a line of one
    of them. `roles` are those whose front page shows it; `action` is the label of the link to `url()`, where all are."""

    name: str
    label: str
    icon: str
    roles: frozenset[str]
    action: str
    url: Callable[[], str]
    rows: Callable[[datetime], QuerySet[Any]]
    row: Callable[[Any], WaitingRow]
    position: int
    is_urgent: bool = False  # money, or people who wait for each other

    def read(self, now: datetime) -> WaitingRows:
        """Returns what waits, counted up to a hundred, with the first few lines. One query, whose work does not grow with
        the number of rows."""
        waiting = [self.row(instance) for instance in self.rows(now)[: MOST_COUNTED + 1]]
        oldest = min((row.since for row in waiting if row.since), default=None)
        return WaitingRows(len(waiting), oldest, waiting[:MOST_SHOWN])


_checks: dict[str, WaitingCheck] = {}


def register_waiting(*checks: WaitingCheck) -> None:
    """Registers checks; a name that is registered already is replaced."""
    _checks.update({check.name: check for check in checks})


def waiting_checks() -> list[WaitingCheck]:
    """Returns all checks, in the order of the front page."""
    return sorted(_checks.values(), key=lambda check: (check.position, check.name))


def waiting_for(roles: Collection[str], now: datetime) -> list[tuple[WaitingCheck, WaitingRows]]:
    """Returns what waits for people with these roles, and what does not. One query for each check of theirs."""
    wanted = frozenset(roles)
    return [(check, check.read(now)) for check in waiting_checks() if check.roles & wanted]
