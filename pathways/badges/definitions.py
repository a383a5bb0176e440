"""Changes of what badges there are, by staff. Each is in the audit."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from core import audit
from core.errors import Refusal, Refused
from pathways.models import Badge

Rule = Badge.Rule
COUNTS = frozenset({"count", "further_counts"})
# What each rule needs or may have; the other fields are empty.
FIELDS_OF: dict[str, frozenset[str]] = {
    Rule.SKILL: frozenset({"skill"}),
    Rule.TIER: frozenset({"pathway", "tier"}),
    Rule.FUNDAMENTALS: frozenset({"pathway"}),
    Rule.PATHWAY: frozenset({"pathway"}),
    Rule.SESSIONS: COUNTS | {"pathway", "window_days"},
    Rule.HOURS: COUNTS | {"pathway", "window_days"},
    Rule.STREAK: COUNTS | {"pathway"},
    Rule.SKILLS: COUNTS | {"pathway", "window_days"},
    Rule.GOALS: COUNTS,
    Rule.ANSWERS: COUNTS | {"window_days"},
}
DEPENDING: dict[str, Any] = {
    "skill": None, "pathway": None, "tier": None, "count": None, "further_counts": [], "window_days": None,
}  # fmt: skip
MOST_LEVELS = 9
AUDITED = (
    "slug", "name", "description", "audience", "rule", "skill_id", "pathway_id", "tier", "count", "further_counts",
    "window_days", "is_hidden", "is_active",
)  # fmt: skip


def clear_unused(values: dict[str, Any]) -> None:
    """Empties what the rule among the values does not use."""
    used = FIELDS_OF.get(values.get("rule") or "", frozenset())
    values |= {name: empty for name, empty in DEPENDING.items() if name not in used}


def level_problems(count: int | None, further_counts: list[int]) -> list[str]:
    """Returns why these counts are no levels, each of which needs more than the one before."""
    counts = [count or 0, *further_counts]
    if len(counts) > MOST_LEVELS:
        return [f"A badge can have up to {MOST_LEVELS} levels."]
    return ["Each level needs more than the one before."] if any(a >= b for a, b in pairwise(counts)) else []


@transaction.atomic
def save_badge(*, badge: Badge, by: User) -> Badge:
    """Creates or changes a badge. Awards stay as they are; the nightly job and the command award what it adds."""
    is_new = badge._state.adding
    before = None if is_new else _facts(Badge.objects.select_for_update().get(pk=badge.pk))
    problems = level_problems(badge.count, badge.further_counts)
    if problems:
        raise Refused(Refusal.INVALID, fields={"further_counts": problems})
    try:
        badge.full_clean()
    except ValidationError as error:
        fields = {("rule" if name == "__all__" else name): texts for name, texts in error.message_dict.items()}
        raise Refused(Refusal.INVALID, fields=fields) from None
    badge.save()
    action = "badge created" if is_new else "badge changed"
    audit.record(actor=by, action=action, subject=badge, before=before, after=_facts(badge))
    return badge


@transaction.atomic
def remove_badge(*, badge: Badge, by: User) -> None:
    """Deletes a badge that nobody has; one that somebody has is only no longer awarded, and its holders keep it."""
    before = _facts(badge)
    if badge.awards.exists():
        Badge.objects.filter(pk=badge.pk).update(is_active=False)
        audit.record(actor=by, action="badge ended", subject=badge, before=before, after=before | {"is_active": False})
        return
    audit.record(actor=by, action="badge deleted", subject=badge, before=before, after=None)
    badge.delete()


def _facts(badge: Badge) -> dict[str, Any]:
    return {name: getattr(badge, name) for name in AUDITED}
