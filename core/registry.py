"""What needs every layer: each app registers its part in `apps.ready()`, and the caller knows no app."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.apps import apps

Row = TypeVar("Row")


@dataclass(frozen=True)
class DemoPlan:
    """How much demo data to make, and relative to when."""

    builders: int
    bookings: int
    seed: int
    now: datetime
    tell: Callable[[str, int, int], None] = field(default=lambda what, done, total: None)

    def batches(self, what: str, rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
        """One after another, and says after each how far it has come."""
        for start in range(0, len(rows), size):
            yield rows[start : start + size]
            self.tell(what, min(start + size, len(rows)), len(rows))


@dataclass(frozen=True)
class Finding:
    """Something in the data that must never be."""

    check: str
    what: str


IntegrityCheck = Callable[[datetime], Iterable[str]]
_integrity: dict[str, IntegrityCheck] = {}


def register_integrity(name: str, check: IntegrityCheck) -> None:
    """`check(now)` yields a line for each fault it finds."""
    _integrity[name] = check


def integrity_findings(now: datetime) -> list[Finding]:
    """Every fault that any app knows how to look for."""
    return [Finding(name, what) for name, check in sorted(_integrity.items()) for what in check(now)]


DemoSeeder = Callable[[DemoPlan], None]
_demo: dict[str, DemoSeeder] = {}


def register_demo(app: str, seeder: DemoSeeder) -> None:
    """`seeder` can run again without doubling anything."""
    _demo[app] = seeder


def demo_seeders() -> Iterable[DemoSeeder]:
    """From the lowest layer up, so that each finds what it builds on."""
    layers = [config.label for config in reversed(list(apps.get_app_configs()))]
    return [_demo[label] for label in layers if label in _demo]


@dataclass(frozen=True)
class NotificationKind:
    """What news of one kind look like, and whether a person's switch for reminders holds them back."""

    label: str
    icon: str
    is_reminder: bool = False


_notification_kinds: dict[str, NotificationKind] = {}


def register_notification_kind(name: str, label: str, icon: str, *, is_reminder: bool = False) -> None:
    """Each app names the kinds of what it tells people; others are not told."""
    _notification_kinds[name] = NotificationKind(label, icon, is_reminder)


def notification_kind(name: str) -> NotificationKind:
    return _notification_kinds[name]


FirstPage = Callable[[Any], str | None]
_first_pages: list[FirstPage] = []


def register_first_page(lead: FirstPage) -> None:
    """`lead(request)` may say where somebody who has just signed in should begin; nothing for most."""
    _first_pages.append(lead)


def first_page_for(request: Any) -> str | None:
    return next((url for lead in _first_pages if (url := lead(request))), None)
