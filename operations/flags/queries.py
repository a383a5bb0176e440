"""Reads of the flags for their pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from core import audit
from core.flags import RegisteredFlag, default_of, registered_flags
from core.models import AuditEntry, Flag

MOST_CHANGES = 50


@dataclass(frozen=True)
class ShownFlag:
    """A flag that the code asks for, with its row if there is one."""

    flag: RegisteredFlag
    row: Flag | None
    people: int
    groups: Sequence[str]

    @property
    def name(self) -> str:
        return self.flag.name

    @property
    def who(self) -> str:
        """Says in words who sees the feature now. It is the rule of `Flag.is_active`."""
        if self.row is None or (self.row.everyone is None and not self._some):
            words = "Everybody" if default_of(self.name) else "Nobody"
            return f"{words}, by the setting {self.flag.setting}"
        if self.row.everyone is not None:
            return "Everybody" if self.row.everyone else "Nobody"
        return f"Only {', '.join(self._some)}"

    @property
    def is_on_for_somebody(self) -> bool:
        return not self.who.startswith("Nobody")

    @property
    def _some(self) -> list[str]:
        """Returns who the row turns the flag on for."""
        if self.row is None:
            return []
        some = ["staff"] if self.row.staff else []
        some += ["everybody with an account"] if self.row.authenticated else []
        some += [f"readers of {self.row.languages}"] if self.row.languages else []
        some += [f"{self.people} {'person' if self.people == 1 else 'people'}"] if self.people else []
        some += [f"the group {group}" for group in self.groups]
        some += [f"{self.row.percent.normalize():f}% of browsers"] if self.row.percent is not None else []
        return some

    def is_overdue(self, today: date) -> bool:
        return self.flag.retires_on is not None and self.flag.retires_on < today


def all_flags() -> list[ShownFlag]:
    """Returns the flags that the code asks for. Two queries."""
    rows = {row.name: row for row in _rows()}
    return [_shown(flag, rows.get(flag.name)) for flag in registered_flags()]


def flag_named(name: str) -> ShownFlag | None:
    """Returns one flag that the code asks for, or None. At most two queries."""
    flag = next((flag for flag in registered_flags() if flag.name == name), None)
    row = _rows().filter(name=name).first()
    return _shown(flag, row) if flag else None


def _rows() -> QuerySet[Any]:
    """Returns the rows with the number of their people, who may be many, and with their groups."""
    rows: QuerySet[Any] = Flag.objects.annotate(people_count=Count("users"))
    return rows.prefetch_related("groups")


def _shown(flag: RegisteredFlag, row: Any) -> ShownFlag:
    groups = sorted(map(str, row.groups.all())) if row else []
    return ShownFlag(flag, row, row.people_count if row else 0, groups)


def history_of(shown: ShownFlag) -> list[AuditEntry]:
    """Returns the latest changes of the flag, newest first. One query."""
    if shown.row is None:
        return []
    entries = AuditEntry.objects.filter(subject=audit.name_of(shown.row)).select_related("actor", "acting_as")
    return list(entries[:MOST_CHANGES])
