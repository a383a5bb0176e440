"""The integrity check of member data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from accounts.members.folding import fold
from accounts.members.imports import FOLDED
from accounts.models import Member, MemberMerge


def members(now: datetime) -> Iterator[str]:
    """Finds members that cannot be found by their words, and merged ones without a merge that says so."""
    merges = dict(MemberMerge.objects.filter(undone_at=None).values_list("dropped", "kept"))
    for member in Member.objects.iterator():
        before = [getattr(member, name) for name in FOLDED]
        fold(member)
        if before != [getattr(member, name) for name in FOLDED]:
            yield f"{member.pk} is searched for by other words than it has"
        if merges.get(member.pk) != member.merged_into_id:
            yield f"{member.pk} is merged otherwise than its merges say"
