"""What waits for staff: referrals that look suspicious."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from accounts.roles import STAFF
from core.waiting import WaitingCheck, WaitingRow
from referrals.models import Referral, ReferralStatus


def referrals_to_check(now: datetime) -> QuerySet[Referral]:
    """Returns the referrals that staff have to decide about."""
    rows = Referral.objects.filter(status=ReferralStatus.QUALIFIED).select_related("referrer", "friend")
    return rows.order_by("status_at", "id")


def _row(referral: Referral) -> WaitingRow:
    text = f"{referral.friend.display_name}, invited by {referral.referrer.display_name}"
    return WaitingRow(text, reverse("referrals:referral", args=[referral.pk]), referral.status_at)


REFERRALS = WaitingCheck(
    name="referrals",
    label="Invitations to check",
    icon="people",
    roles=STAFF,
    action="Check",
    url=lambda: f"{reverse('referrals:referrals')}?status=qualified",
    rows=referrals_to_check,
    row=_row,
    position=75,
)
