"""Awards badges, raises their levels, and revokes them.

Called for one person after each completed or undone skill, each session and each answer, and for everybody every night.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify
from accounts.roles import Role
from pathways.badges.tallies import Tally, TallyRule, rule_of, tallies_of, tallies_of_everybody
from pathways.models import Award, Badge, Skill

Rule, Audience = Badge.Rule, Badge.Audience
BATCH = 1_000


@dataclass(frozen=True)
class BadgeProgress:
    """A badge, and how much of what it needs a person has done."""

    badge: Badge
    tally: Tally
    award: Award | None
    skills: frozenset[UUID] = frozenset()

    @property
    def counts(self) -> list[int]:
        """Returns how much each level needs."""
        return needed(self.badge, self.skills)

    @property
    def level(self) -> int:
        """Returns the level that is earned, 0 for none."""
        return level_of(self.tally.best, self.counts)

    @property
    def total(self) -> int:
        """Returns what the next level needs; the last level's once all are earned."""
        present = self.award.level if self.award else 0
        return self.counts[min(present, len(self.counts) - 1)] if self.counts else 0

    @property
    def done(self) -> int:
        return min(self.tally.current, self.total)

    @property
    def is_met(self) -> bool:
        return self.level > 0

    @property
    def has_next_level(self) -> bool:
        return self.badge.is_active and self.award is not None and self.award.level < len(self.counts)

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0


def needed(badge: Badge, skills: frozenset[UUID]) -> list[int]:
    """Returns how much each level of the badge needs; nothing for a badge that nobody can earn at present."""
    return badge.counts if badge.is_counted else [len(skills)] if skills else []


def level_of(amount: int, counts: Sequence[int]) -> int:
    """Returns the highest level that the amount is enough for, 0 for none."""
    return sum(amount >= count for count in counts)


def badges_of(person: User, now: datetime) -> list[BadgeProgress]:
    """Returns every active badge that the person can earn and each that they have, with their progress. Four queries for any number of badges, and
    one for their roles where these are not known yet."""
    audiences = [Audience.CLIENT, *([Audience.BUILDER] if Role.BUILDER in person.roles else [])]
    awards = {award.badge_id: award for award in Award.objects.filter(client=person).standing()}
    can_earn = Q(is_active=True, audience__in=audiences)
    badges = list(Badge.objects.filter(can_earn | Q(pk__in=list(awards))).select_related("skill", "pathway"))
    skills = skills_of(badges)
    rules = {badge.pk: rule_of(badge, skills[badge.pk]) for badge in badges}
    tallies = tallies_of(rules.values(), person.pk, now)
    return [
        BadgeProgress(badge, tallies.get(rules[badge.pk], Tally()), awards.get(badge.pk), skills[badge.pk])
        for badge in badges
    ]


def skills_of(badges: Iterable[Badge]) -> dict[UUID, frozenset[UUID]]:
    """Returns by badge the skills that all have to be complete; none for badges that are counted. One query."""
    badges = list(badges)
    of_pathway = _skills_by_pathway({badge.pathway_id for badge in badges if badge.pathway_id})
    return {badge.pk: frozenset(() if badge.is_counted else _skills_for(badge, of_pathway)) for badge in badges}


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
def update_awards(*, client: User, now: datetime, taken_back: Skill | None = None, has_lost: bool = False) -> None:
    """Awards the badges and levels that are earned, and revokes what is not earned any more.

    A badge for skills is revoked only when one of its skills is undone (`taken_back`), so that a skill added to the
    catalogue takes no badge away; one that is counted, when a fact was taken back (`has_lost`). Awards of a badge that is
    not active stay as they are.
    """
    for progress in badges_of(client, now):
        if not progress.badge.is_active:
            continue
        present = progress.award.level if progress.award else 0
        is_lost = has_lost if progress.badge.is_counted else taken_back is not None and taken_back.pk in progress.skills
        if progress.level > present:
            _award(progress.badge, client, progress.level, now)
        elif progress.level < present and is_lost and progress.award is not None:
            _take_away(progress.award, progress.level, now)


def _take_away(award: Award, level: int, now: datetime) -> None:
    lower = {"level": level} if level else {"revoked_at": now, "is_public": False}
    Award.objects.filter(pk=award.pk).update(**lower, changed_at=now)


def _award(badge: Badge, client: User, level: int, now: datetime, *, is_quiet: bool = False) -> None:
    defaults = {"awarded_at": now, "level": level}
    award, is_new = Award.objects.get_or_create(badge=badge, client=client, defaults=defaults)
    if not is_new:
        Award.objects.filter(pk=award.pk).update(**defaults, revoked_at=None, changed_at=now)
    if is_quiet:
        return
    title = f"A badge for you: {badge.name}" if level == 1 else f"{badge.name}: you have reached level {level}"
    notify(
        client,
        NewNotification(
            kind="badge",
            event=f"badge:{award.pk}" + (f":{level}" if level > 1 else ""),
            title=title,
            text=badge.description,
            path=f"{reverse('pathways:badges')}#badge-{badge.slug}",
            call="See your badges",
        ),
    )


@dataclass(frozen=True)
class DueAward:
    """A badge, or a higher level of it, that a person has earned and does not have."""

    badge: Badge
    person: UUID
    level: int


def due_awards(badges: Iterable[Badge], now: datetime) -> list[DueAward]:
    """Returns what everybody has earned of the badges and does not have. A query for each rule and each badge, and one."""
    badges = list(badges)
    skills = skills_of(badges)
    by_rule: dict[TallyRule, list[Badge]] = defaultdict(list)
    for badge in badges:
        if needed(badge, skills[badge.pk]):
            by_rule[rule_of(badge, skills[badge.pk])].append(badge)
    due = []
    for rule, sharing in by_rule.items():
        counts = {badge.pk: needed(badge, skills[badge.pk]) for badge in sharing}
        tallies = tallies_of_everybody(rule, min(levels[0] for levels in counts.values()), now)
        for badge in sharing:
            levels = counts[badge.pk]
            levels_of_people = dict(Award.objects.standing().filter(badge=badge).values_list("client", "level"))
            for person, amount in tallies.items():
                level = level_of(amount, levels)
                if level > levels_of_people.get(person, 0):
                    due.append(DueAward(badge, person, level))
    return due


def award_everybody(now: datetime) -> None:
    """Awards everybody what they have earned of all active badges."""
    make_awards(due_awards(Badge.objects.filter(is_active=True), now), now)


def make_awards(due: Sequence[DueAward], now: datetime, *, is_quiet: bool = False) -> None:
    """Makes the awards in batches of people, so that no transaction is long. Somebody who is not active gets none."""
    for start in range(0, len(due), BATCH):
        part = due[start : start + BATCH]
        people = User.objects.filter(is_active=True).in_bulk([award.person for award in part])
        with transaction.atomic():
            for award in part:
                if award.person in people:
                    _award(award.badge, people[award.person], award.level, now, is_quiet=is_quiet)


@transaction.atomic
def publish(*, award: Award, is_public: bool) -> None:
    """Shows the award's page to everybody, or to its holder only."""
    Award.objects.filter(pk=award.pk, revoked_at__isnull=True).update(is_public=is_public)
