"""Which roles see which part of the pages of staff, and may do what there. What waits declares its roles itself
(`core.waiting`)."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.roles import STAFF, Role


class Part(StrEnum):
    WAITING = "waiting"
    FIGURES = "figures"
    HEALTH = "health"
    ALARMS = "alarms"
    FIND_PEOPLE = "find people"
    FIND_BOOKINGS = "find bookings"
    FIND_ADDRESSES = "find mail addresses"
    FIND_INVOICES = "find invoices"
    FIND_CONNECTIONS = "find connections"


PARTS: dict[Part, frozenset[Role]] = {
    Part.WAITING: STAFF,
    Part.FIGURES: STAFF,
    Part.HEALTH: STAFF,
    Part.ALARMS: STAFF,
    Part.FIND_PEOPLE: STAFF,
    Part.FIND_BOOKINGS: STAFF,
    Part.FIND_ADDRESSES: STAFF,
    Part.FIND_INVOICES: STAFF,
    Part.FIND_CONNECTIONS: STAFF,
}


def parts_of(roles: Collection[str]) -> frozenset[Part]:
    """Returns the parts that people with these roles see."""
    return frozenset(part for part, allowed in PARTS.items() if allowed & frozenset(roles))


ADMINS = frozenset({Role.ADMIN})

# On the page of a person. Support helps people into their accounts; what takes something away needs an admin.
PERSON_RIGHTS: dict[str, frozenset[Role]] = {
    "act-as": STAFF,
    "note": STAFF,
    "confirm-address": STAFF,
    "sign-out": STAFF,
    "read-conversation": STAFF,
    "reset-factors": ADMINS,
    "suspend": ADMINS,
    "lift": ADMINS,
    "export": ADMINS,
    "erase": ADMINS,
    "merge": ADMINS,
    "undo-merge": ADMINS,
    "download-audit": ADMINS,
    **{f"{verb}-{role}": ADMINS for verb in ("grant", "revoke") for role in Role},
}

# On the pages of policies. Support announces and invites; what binds or stops everybody needs an admin.
POLICY_RIGHTS: dict[str, frozenset[Role]] = {
    "maintenance": ADMINS,
    "announce": STAFF,
    "set-sign-up": ADMINS,
    "invite": STAFF,
    "publish-text": ADMINS,
    "read-feedback": STAFF,
}
RIGHTS = PERSON_RIGHTS | POLICY_RIGHTS


def has_right(person: User, right: str) -> bool:
    """Whether this member of staff has a right of the tables above; nobody has one that is not in them."""
    return bool(RIGHTS.get(right, frozenset()) & set(person.roles))


def require_right(person: User, right: str) -> None:
    """Raises PermissionDenied for a member of staff who does not have the right."""
    if not has_right(person, right):
        raise PermissionDenied
