"""What counts now: the next maintenance, the announcements, who may join, and the versions of the terms in force.

Every page asks for it. A process keeps its answer for a few seconds, so that a page takes no query for it, and a change
reaches all pages within that time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.conf import settings

from core.policies.models import Announcement, Maintenance, PolicyVersion, SignUpPolicy


@dataclass(frozen=True)
class MaintenanceWindow:
    """The maintenance that is coming or running."""

    message: str
    announced_at: datetime
    starts_at: datetime
    ends_at: datetime

    def is_running(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at

    def is_announced(self, now: datetime) -> bool:
        return self.announced_at <= now < self.starts_at


@dataclass(frozen=True)
class ShownAnnouncement:
    """An announcement that is shown now or will be."""

    id: UUID
    text: str
    audience: str
    starts_at: datetime
    ends_at: datetime
    can_be_closed: bool


@dataclass(frozen=True)
class VersionInForce:
    """The latest version of a text."""

    id: int
    kind: str
    number: int
    sufficient: tuple[int, ...] = ()  # the ids of which one has to be accepted; empty if nobody is asked

    @property
    def earlier(self) -> int:
        return self.number - 1


@dataclass(frozen=True)
class PolicyState:
    """The state of all policies. Without rows there is no maintenance, everybody may join, and nothing is accepted."""

    maintenance: MaintenanceWindow | None = None
    announcements: Sequence[ShownAnnouncement] = ()
    sign_up: str = SignUpPolicy.Mode.OPEN
    sign_up_message: str = ""
    versions: Sequence[VersionInForce] = ()


_kept: list[tuple[float, PolicyState]] = []


def present_now() -> datetime:
    """Returns the time of this process: the database's clock would cost a query on every page."""
    return datetime.now(UTC)


def current() -> PolicyState:
    """Returns the state of all policies. Four queries every few seconds in each process, otherwise none."""
    moment = time.monotonic()
    if _kept and moment - _kept[0][0] <= settings.POLICIES_KEPT_SECONDS:
        return _kept[0][1]
    state = _load()
    keep(state)
    return state


def keep(state: PolicyState) -> None:
    """Takes this as the state for the next seconds."""
    _kept[:] = [(time.monotonic(), state)]


def forget() -> None:
    """Makes this process load the state again; every service that changes it does so."""
    _kept.clear()


def running_maintenance() -> MaintenanceWindow | None:
    """Returns the maintenance that is running."""
    window = current().maintenance
    return window if window is not None and window.is_running(present_now()) else None


def _load() -> PolicyState:
    now = present_now()
    window = Maintenance.objects.filter(ended_at__isnull=True, ends_at__gt=now).order_by("starts_at").first()
    rule = SignUpPolicy.objects.first()
    announcements = Announcement.objects.filter(ends_at__gt=now).order_by("-starts_at", "-id")
    return PolicyState(
        maintenance=_window(window) if window else None,
        announcements=tuple(_announcement(row) for row in announcements),
        sign_up=rule.mode if rule else SignUpPolicy.Mode.OPEN,
        sign_up_message=rule.message if rule else "",
        versions=tuple(_versions()),
    )


def _window(row: Maintenance) -> MaintenanceWindow:
    return MaintenanceWindow(row.message, row.announced_at, row.starts_at, row.ends_at)


def _announcement(row: Announcement) -> ShownAnnouncement:
    return ShownAnnouncement(row.pk, row.text, row.audience, row.starts_at, row.ends_at, row.can_be_closed)


def _versions() -> Iterator[VersionInForce]:
    """Yields the latest version of each text. The latest that people were asked for, and those after it, are sufficient."""
    rows = list(PolicyVersion.objects.order_by("kind", "-number").values_list("kind", "number", "pk", "is_asked"))
    for kind, group in groupby(rows, key=itemgetter(0)):
        versions = list(group)
        asked = next((at for at, row in enumerate(versions) if row[3]), None)
        sufficient = tuple(row[2] for row in versions[: asked + 1]) if asked is not None else ()
        yield VersionInForce(versions[0][2], kind, versions[0][1], sufficient)
