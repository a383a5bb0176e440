"""Registries that each app fills in `apps.ready()`: integrity checks, demo data, notification kinds, first pages,
referrals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.apps import apps

Row = TypeVar("Row")


@dataclass(frozen=True)
class DemoPlan:
    """How much demo data to create, and the time that its dates are relative to."""

    builders: int
    bookings: int
    seed: int
    now: datetime
    tell: Callable[[str, int, int], None] = field(default=lambda what, done, total: None)

    def batches(self, what: str, rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
        """Yields the rows in batches of `size`, and reports the progress after each."""
        for start in range(0, len(rows), size):
            yield rows[start : start + size]
            self.tell(what, min(start + size, len(rows)), len(rows))


@dataclass(frozen=True)
class Finding:
    """A fault that an integrity check found in the data."""

    check: str
    what: str


IntegrityCheck = Callable[[datetime], Iterable[str]]
_integrity: dict[str, IntegrityCheck] = {}


def register_integrity(name: str, check: IntegrityCheck) -> None:
    """Registers `check(now)`, which yields one line for each fault."""
    _integrity[name] = check


def integrity_findings(now: datetime) -> list[Finding]:
    """Runs all integrity checks and returns what they found."""
    return [Finding(name, what) for name, check in sorted(_integrity.items()) for what in check(now)]


DemoSeeder = Callable[[DemoPlan], None]
_demo: dict[str, DemoSeeder] = {}


def register_demo(app: str, seeder: DemoSeeder) -> None:
    """Registers the demo data of an app. A seeder can run again without creating anything twice."""
    _demo[app] = seeder


def demo_seeders() -> Iterable[DemoSeeder]:
    """Returns the seeders from the lowest layer up, since each needs the data of those below."""
    layers = [config.label for config in reversed(list(apps.get_app_configs()))]
    return [_demo[label] for label in layers if label in _demo]


@dataclass(frozen=True)
class NotificationKind:
    """The label and icon of one kind of notification, and whether people can switch it off as a reminder."""

    label: str
    icon: str
    is_reminder: bool = False


_notification_kinds: dict[str, NotificationKind] = {}


def register_notification_kind(name: str, label: str, icon: str, *, is_reminder: bool = False) -> None:
    """Registers a kind of notification; only registered kinds can be sent."""
    _notification_kinds[name] = NotificationKind(label, icon, is_reminder)


def notification_kind(name: str) -> NotificationKind:
    return _notification_kinds[name]


FirstPage = Callable[[Any], str | None]
_first_pages: list[FirstPage] = []


def register_first_page(find_page: FirstPage) -> None:
    """Registers `find_page(request)`, which returns the URL to open after signing in, or None for most people."""
    _first_pages.append(find_page)


def first_page_for(request: Any) -> str | None:
    """Returns the first URL that a registered function gives for this request, or None."""
    return next((url for find_page in _first_pages if (url := find_page(request))), None)


@dataclass(frozen=True)
class ReferralHooks:
    """How an app above accounts keeps who invited a visitor: `code_of(request)` returns a code or an empty string,
    `sentence_for(request)` what a visitor with a code reads before joining, and `joined(person, code)` is called in the
    transaction that creates an account."""

    code_of: Callable[[Any], str]
    sentence_for: Callable[[Any], str]
    joined: Callable[[Any, str], None]


NO_REFERRALS = ReferralHooks(lambda request: "", lambda request: "", lambda person, code: None)
_referral_hooks: list[ReferralHooks] = []


def register_referral_hooks(hooks: ReferralHooks) -> None:
    _referral_hooks[:] = [hooks]


def referral_hooks() -> ReferralHooks:
    """Returns what an app has registered, or functions that know of no code."""
    return next(iter(_referral_hooks), NO_REFERRALS)
