"""The banners at the top of every page: maintenance and announcements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from core.policies import state
from core.policies.models import Announcement

COOKIE = "closed_banners"
MOST_CLOSED = 20  # ids in the cookie
BUILDER, STAFF = "builder", frozenset({"support", "admin"})  # roles, whose table is in a layer above


@dataclass(frozen=True)
class Banner:
    """One banner. With `until` it names that time; with a `key` it can be closed."""

    text: str
    until: datetime | None = None
    starts_at: datetime | None = None
    is_maintenance: bool = False
    key: str = ""
    zone: str = ""  # the words after a time, for visitors, whose zone is not known


def banners_for(request: HttpRequest) -> list[Banner]:
    """Returns the banners that this reader sees. No query but for the signed-in person, whom the page shows anyway."""
    policies = state.current()
    if policies.maintenance is None and not policies.announcements:
        return []
    now, banners, window = state.present_now(), [], policies.maintenance
    zone = "" if request.user.is_authenticated else " UTC"
    if window is not None and window.is_running(now):
        banners.append(Banner(window.message, until=window.ends_at, is_maintenance=True, zone=zone))
    elif window is not None and window.is_announced(now):
        start = window.starts_at
        banners.append(Banner(window.message, until=window.ends_at, starts_at=start, is_maintenance=True, zone=zone))
    closed = closed_keys(request)
    for row in policies.announcements:
        is_closed = row.can_be_closed and row.id.hex in closed
        if row.starts_at <= now < row.ends_at and not is_closed and _is_for(row.audience, request.user):
            banners.append(Banner(row.text, key=str(row.id) if row.can_be_closed else ""))
    return banners


def closed_keys(request: HttpRequest) -> list[str]:
    """Returns the keys of the banners that were closed in this browser."""
    keys = request.COOKIES.get(COOKIE, "").split(".")[:MOST_CLOSED]
    return [key for key in keys if len(key) == 32 and key.isalnum()]


def _is_for(audience: str, user: Any) -> bool:
    roles, audiences = frozenset(getattr(user, "roles", ())), Announcement.Audience
    if audience == audiences.EVERYBODY:
        return True
    if audience == audiences.VISITORS:
        return not user.is_authenticated
    if audience == audiences.BUILDERS:
        return BUILDER in roles
    if audience == audiences.STAFF:
        return bool(STAFF & roles)
    return bool(user.is_authenticated and (audience == audiences.SIGNED_IN or BUILDER not in roles))
