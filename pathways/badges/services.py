"""Awards badges, and revokes them. Called after each completed or undone skill and each counted session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify
from core import clock
from pathways.models import Award, Badge, Progress, SessionCount, Skill

Rule = Badge.Rule


@dataclass(frozen=True)
class BadgeProgress:
    """A badge, and how much of what it needs a client has done."""

    badge: Badge
    done: int
    total: int
    award: Award | None
    skills: frozenset[UUID] = frozenset()

    @property
    def is_met(self) -> bool:
        return self.total > 0 and self.done >= self.total

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


def badges_of(client: User) -> list[BadgeProgress]:
    """Returns every active badge with the client's progress towards it. Five queries for any number of badges."""
    badges = list(Badge.objects.filter(is_active=True).select_related("skill", "pathway"))
    awards = {award.badge_id: award for award in Award.objects.filter(client=client).standing()}
    rows = Progress.objects.filter(client=client, status=Progress.Status.COMPLETED)
    completed = set(rows.values_list("skill", flat=True))
    tally = SessionCount.objects.filter(client=client).first()
    of_pathway = _skills_by_pathway({badge.pathway_id for badge in badges if badge.pathway_id})
    progress = []
    for badge in badges:
        if badge.rule == Rule.SESSIONS:
            progress.append(
                BadgeProgress(badge, tally.sessions if tally else 0, badge.count or 0, awards.get(badge.pk))
            )
            continue
        wanted = frozenset(_skills_for(badge, of_pathway))
        progress.append(BadgeProgress(badge, len(wanted & completed), len(wanted), awards.get(badge.pk), wanted))
    return progress


def _skills_by_pathway(pathways: set[UUID]) -> dict[UUID, list[tuple[UUID, int, bool]]]:
    """Returns by pathway each open skill, its tier, and whether it is fundamental. One query."""
    rows = Skill.objects.open().filter(pathways__in=pathways).order_by()
    by_pathway: dict[UUID, list[tuple[UUID, int, bool]]] = {}
    for pathway, key, tier, is_fundamental in rows.values_list("pathways", "pk", "tier", "is_fundamental"):
        by_pathway.setdefault(pathway, []).append((key, tier, is_fundamental))
    return by_pathway


def _skills_for(badge: Badge, of_pathway: dict[UUID, list[tuple[UUID, int, bool]]]) -> Iterable[UUID]:
    if badge.skill_id:
        return [badge.skill_id]
    assert badge.pathway_id is not None
    skills = of_pathway.get(badge.pathway_id, [])
    if badge.rule == Rule.TIER:
        return [key for key, tier, _ in skills if tier == badge.tier]
    if badge.rule == Rule.FUNDAMENTALS:
        return [key for key, _, is_fundamental in skills if is_fundamental]
    return [key for key, _, _ in skills]


@transaction.atomic
def update_awards(*, client: User, now: datetime, taken_back: Skill | None = None) -> None:
    """Awards the badges that are earned, and revokes those that are not any more.

    A skill badge is revoked only when one of its skills is undone (`taken_back`), so that a skill added to the
    catalogue takes no badge away.
    """
    for progress in badges_of(client):
        if progress.is_met and progress.award is None:
            _award(progress.badge, client, now)
        elif not progress.is_met and progress.award is not None:
            is_lost = progress.badge.rule == Rule.SESSIONS or (taken_back and taken_back.pk in progress.skills)
            if is_lost:
                Award.objects.filter(pk=progress.award.pk).update(revoked_at=now, is_public=False)


def _award(badge: Badge, client: User, now: datetime) -> None:
    award, is_new = Award.objects.get_or_create(badge=badge, client=client, defaults={"awarded_at": now})
    if not is_new:
        Award.objects.filter(pk=award.pk).update(awarded_at=now, revoked_at=None)
    notify(
        client,
        NewNotification(
            kind="badge",
            event=f"badge:{award.pk}",
            title=f"A badge for you: {badge.name}",
            text=badge.description,
            path=f"{reverse('pathways:badges')}#badge-{badge.slug}",
            call="See your badges",
        ),
    )


@transaction.atomic
def count_sessions(*, client: User, sessions: int) -> None:
    """Stores how many sessions the client has completed, as `bookings` counts them, and updates their awards."""
    SessionCount.objects.update_or_create(client=client, defaults={"sessions": sessions})
    update_awards(client=client, now=clock.now())


@transaction.atomic
def publish(*, award: Award, is_public: bool) -> None:
    """Shows the award's page to everybody, or to its holder only."""
    Award.objects.filter(pk=award.pk, revoked_at__isnull=True).update(is_public=is_public)
