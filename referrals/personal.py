"""Registers the personal data of referrals."""

from __future__ import annotations

from django.db.models import Q

from core.personal import register_personal
from referrals.models import Referral, ReferralCode, Reward, RewardRule

KEPT = "credit was given for them; they contain no name or address"


def register() -> None:
    register_personal(
        ReferralCode,
        rows=lambda person: ReferralCode.objects.filter(owner=person),
        fields=("code", "created_at"),
        erase=None,
        why="the people who joined through a link are counted by its code, which leads nowhere once its owner left",
    )
    register_personal(
        Referral,
        rows=lambda person: Referral.objects.filter(Q(referrer=person) | Q(friend=person)),
        fields=("code__code", "joined_at", "status", "status_at"),
        erase=None,
        why=KEPT,
    )
    register_personal(
        Reward,
        rows=lambda person: Reward.objects.filter(person=person),
        fields=("amount", "currency", "given_at", "amount_taken_back"),
        erase=None,
        why=KEPT,
    )
    register_personal(
        RewardRule,
        rows=lambda person: RewardRule.objects.filter(created_by=person),
        erase=None,
        why="they are rules of Waymark, with the member of staff who set them",
    )
