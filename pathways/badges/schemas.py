"""The API schemas of achievements, which are badges and how far somebody is towards them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from core.api import In, Line, OneLine, Out, SuccessBody, Truth, Whole
from core.openapi import WrittenInstant, enum_of
from pathways.badges.services import BadgeProgress
from pathways.models import Badge


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


BadgeRule = Annotated[
    Literal[
        "skill", "tier", "fundamentals", "pathway", "sessions", "hours", "streak", "skills", "goals", "answers"
    ],
    BeforeValidator(_lower),
]  # fmt: skip
BadgeAudience = Annotated[Literal["client", "builder"], BeforeValidator(_lower)]
BadgeSlug = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")]
BadgeName = Annotated[Line, StringConstraints(min_length=1, max_length=60)]
BadgeDescription = Annotated[OneLine, StringConstraints(min_length=1, max_length=200)]
FurtherCounts = Annotated[list[Whole], Field(max_length=8)]
SlugOfRow = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class AchievementOut(Out):
    """`progress` is what counts now, `target` what the next level needs. `level` is the one that was earned, 0 for none."""

    slug: str
    name: str
    description: str
    how: str
    audience: Annotated[str, enum_of(Badge.Audience.values)]
    progress: int
    target: int
    level: int
    levels: list[int]
    awarded_at: WrittenInstant | None

    @classmethod
    def of(cls, progress: BadgeProgress) -> AchievementOut:
        badge, award = progress.badge, progress.award
        return cls(
            slug=badge.slug, name=badge.name, description=badge.description, how=badge.how, audience=badge.audience,
            progress=progress.done, target=progress.total, level=award.level if award else 0, levels=progress.counts,
            awarded_at=award.awarded_at if award else None,
        )  # fmt: skip


class AchievementsAnswer(SuccessBody):
    achievements: list[AchievementOut]


class BadgeRuleOut(Out):
    """A badge as staff define it."""

    slug: str
    name: str
    description: str
    how: str
    audience: Annotated[str, enum_of(Badge.Audience.values)]
    rule: Annotated[str, enum_of(Badge.Rule.values)]
    skill_id: str | None
    pathway_id: str | None
    tier: int | None
    count: int | None
    further_counts: list[int]
    window_days: int | None
    hidden: bool
    active: bool

    @classmethod
    def of(cls, badge: Badge) -> BadgeRuleOut:
        return cls(
            slug=badge.slug, name=badge.name, description=badge.description, how=badge.how, audience=badge.audience,
            rule=badge.rule, skill_id=badge.skill.slug if badge.skill else None,
            pathway_id=badge.pathway.slug if badge.pathway else None, tier=badge.tier, count=badge.count,
            further_counts=badge.further_counts, window_days=badge.window_days, hidden=badge.is_hidden,
            active=badge.is_active,
        )  # fmt: skip


class BadgeRuleAnswer(SuccessBody):
    achievement: BadgeRuleOut


class BadgeRuleIn(In):
    """What the rule does not use is ignored."""

    slug: BadgeSlug
    name: BadgeName
    description: BadgeDescription
    rule: BadgeRule
    audience: BadgeAudience = "client"
    skill_id: SlugOfRow | None = None
    pathway_id: SlugOfRow | None = None
    tier: Whole | None = None
    count: Whole | None = None
    further_counts: FurtherCounts = []
    window_days: Whole | None = None
    hidden: Truth = False
    active: Truth = True


class BadgeRuleChange(In):
    """What is named changes."""

    name: BadgeName | None = None
    description: BadgeDescription | None = None
    rule: BadgeRule | None = None
    audience: BadgeAudience | None = None
    skill_id: SlugOfRow | None = None
    pathway_id: SlugOfRow | None = None
    tier: Whole | None = None
    count: Whole | None = None
    further_counts: FurtherCounts | None = None
    window_days: Whole | None = None
    hidden: Truth | None = None
    active: Truth | None = None

    def named(self) -> dict[str, Any]:
        """Returns what was sent; null empties what can be empty, and otherwise changes nothing."""
        empty = {"skill_id", "pathway_id", "tier", "count", "window_days"}
        values = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in values.items() if value is not None or name in empty}
