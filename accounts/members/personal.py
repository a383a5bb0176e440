"""Registers member data, for the data export and for erasure."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.members import imports, rules
from accounts.models import Member, MemberChange, MemberDuplicate, MemberImport, MemberMerge, User
from core.personal import register_personal

OF_STAFF = "which records staff judged to be one person, by number and not by name; they go with the members"


def register() -> None:
    """Registers the models. Called once, from `AppConfig.ready()`."""
    register_personal(Member, rows=_members, fields=(*rules.NAMES, "shows_on_profile", "created_at"), erase=_erase)
    register_personal(
        MemberChange,
        rows=lambda person: MemberChange.objects.filter(member__in=_members(person)),
        fields=("field", "before", "after", "source", "created_at"),
        erase="delete",
    )
    register_personal(
        MemberMerge,
        rows=lambda person: MemberMerge.objects.filter(kept__in=_members(person)),
        fields=("reason", "created_at", "undone_at"),
        erase="delete",
    )
    register_personal(
        MemberDuplicate,
        rows=lambda person: MemberDuplicate.objects.filter(dismissed_by=person),
        erase=None,
        why=OF_STAFF,
    )
    register_personal(
        MemberImport,
        rows=lambda person: MemberImport.objects.filter(imported_by=person),
        fields=("name", "state", "rows", "created_at"),
        erase=imports.remove_all,
    )


def _members(person: User) -> QuerySet[Member]:
    """Returns the person's member data, what was merged into it, and imported members with the person's address, unless they
    were merged into somebody else's."""
    own = Q(person=person) | Q(merged_into__person=person) | Q(merged_into__merged_into__person=person)
    return Member.objects.filter(own | Q(person=None, merged_into=None, email=person.email))


def _erase(person: User) -> None:
    """Deletes the members, and with them their history, merges and duplicates."""
    _members(person).delete()
