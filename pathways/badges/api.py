"""`/api/achievements`: the progress of a person, and the badges that admins define."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Body, Router, Status

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.api import SuccessBody, renamed_fields, signed_in
from core.errors import Refusal, Refused
from pathways.badges import definitions
from pathways.badges.schemas import (
    AchievementOut,
    AchievementsAnswer,
    BadgeRuleAnswer,
    BadgeRuleChange,
    BadgeRuleIn,
    BadgeRuleOut,
)
from pathways.badges.services import badges_of
from pathways.models import Badge, Pathway, Skill

router = Router(tags=["Achievements"])
RENAMED = {"skill": "skill_id", "pathway": "pathway_id", "is_hidden": "hidden", "is_active": "active"}
FIELD_NAMES = {"hidden": "is_hidden", "active": "is_active"}


def badge_editor(request: HttpRequest) -> User:
    """Authenticates an admin, who may define badges."""
    person: User = signed_in(request)
    if Role.ADMIN not in person.roles:
        raise Refused(Refusal.FORBIDDEN)
    return person


@router.get("/achievements", response=AchievementsAnswer, auth=signed_in, by_alias=True, summary="My achievements")
def my_achievements(request: SignedInRequest) -> AchievementsAnswer:
    """Every badge that you can earn: those of clients, and for builders also those of builders. `progress` is what counts
    now towards `target`, which is what the next level needs, or the last one once all are earned; `levels` is what each
    level needs. `level` and `awardedAt` are 0 and null until the first is earned. Hidden badges and those that are no longer
    awarded are listed only for people who have them."""
    progress = badges_of(request.user, clock.now_of(request))
    shown = [row for row in progress if row.award or not row.badge.is_hidden]
    return AchievementsAnswer(achievements=[AchievementOut.of(row) for row in shown])


@router.post(
    "/achievements", response={201: BadgeRuleAnswer}, auth=badge_editor, by_alias=True, summary="Define an achievement"
)
def define_achievement(request: SignedInRequest, payload: Body[BadgeRuleIn]) -> Status[BadgeRuleAnswer]:
    """Admins. Nobody is awarded it before the next night, or before the command of operators."""
    return Status(201, _save(Badge(), payload.model_dump(), request.user))


@router.patch(
    "/achievements/{slug:slug}",
    response=BadgeRuleAnswer,
    auth=badge_editor,
    by_alias=True,
    summary="Change an achievement",
)
def change_achievement(request: SignedInRequest, slug: str, payload: Body[BadgeRuleChange]) -> BadgeRuleAnswer:
    """Admins. Awards stay as they are."""
    return _save(_badge(slug), payload.named(), request.user)


@router.delete(
    "/achievements/{slug:slug}", response=SuccessBody, auth=badge_editor, by_alias=True, summary="Remove an achievement"
)
def remove_achievement(request: SignedInRequest, slug: str) -> SuccessBody:
    """Admins. One that somebody has is no longer awarded, and its holders keep it."""
    definitions.remove_badge(badge=_badge(slug), by=request.user)
    return SuccessBody()


def _badge(slug: str) -> Badge:
    return get_object_or_404(Badge.objects.select_related("skill", "pathway"), slug=slug)


def _save(badge: Badge, sent: dict[str, Any], by: User) -> BadgeRuleAnswer:
    values = {FIELD_NAMES.get(name, name): value for name, value in sent.items()}
    if "skill_id" in values:
        values["skill"] = _row(Skill, values.pop("skill_id"), "skill_id")
    if "pathway_id" in values:
        values["pathway"] = _row(Pathway, values.pop("pathway_id"), "pathway_id")
    present = {name: getattr(badge, name) for name in (*definitions.DEPENDING, "rule")}
    values = present | values
    definitions.clear_unused(values)
    for name, value in values.items():
        setattr(badge, name, value)
    with renamed_fields(**RENAMED):
        return BadgeRuleAnswer(achievement=BadgeRuleOut.of(definitions.save_badge(badge=badge, by=by)))


def _row(model: type[Skill] | type[Pathway], slug: str | None, name: str) -> Skill | Pathway | None:
    if slug is None:
        return None
    row: Skill | Pathway | None = model.objects.filter(slug=slug.lower()).first()
    if row is None:
        raise Refused(Refusal.INVALID, fields={name: ["There is no such one."]})
    return row
