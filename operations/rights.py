"""What each role of staff may do on the pages about a person, a booking and the audit. Each right is declared here once."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import STAFF, Role

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
    **{f"{verb}-{role}": ADMINS for verb in ("grant", "revoke") for role in Role},
}


def has_right(person: User, right: str) -> bool:
    """Whether this member of staff has a right of the tables above; nobody has one that is not in them."""
    return bool(PERSON_RIGHTS.get(right, frozenset()) & set(person.roles))
