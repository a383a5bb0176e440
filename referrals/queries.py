"""Reads for the pages of referrals, each with its number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from accounts.models import User
from core.charts import Chart, ChartSeries, Labels, columns
from core.money import Money, rounded
from referrals.models import Referral, ReferralCode, ReferralStatus, Reward

MOST_SHOWN = 200
MONTHS = 12


@dataclass(frozen=True)
class ReferralReport:
    """Counts by status, what was given by currency, and the people who joined by month."""

    counts: dict[str, int]
    credit_given: Sequence[Money]
    chart: Chart | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def code_of(person: User) -> ReferralCode | None:
    """Returns the person's latest code. Everybody gets one when they join; whoever was added by staff, in the following
    night. One query."""
    return ReferralCode.objects.filter(owner=person).first()


def referrals_by(person: User) -> list[Referral]:
    """Returns the people who joined through this person, the latest first, with their rewards. Two queries."""
    rows = Referral.objects.filter(referrer=person).select_related("friend").prefetch_related("rewards")
    return list(rows[:MOST_SHOWN])


def rewards_of(person: User) -> list[Reward]:
    """Returns what the person got, the latest first. One query."""
    rows = Reward.objects.filter(person=person).select_related("referral__friend", "referral__referrer")
    return list(rows[:MOST_SHOWN])


def report(now: datetime) -> ReferralReport:
    """Returns the sums over all referrals. Three queries."""
    counts = dict(Referral.objects.order_by().values_list("status").annotate(count=Count("pk")))
    sums = Reward.objects.order_by().values_list("currency").annotate(sum=Sum("amount") - Sum("amount_taken_back"))
    credit_given = [Money(rounded(amount, currency), currency) for currency, amount in sums if amount]
    months = (
        Referral.objects.order_by()
        .annotate(month=TruncMonth("joined_at"))
        .values_list("month")
        .annotate(count=Count("pk"))
        .order_by("-month")[:MONTHS]
    )
    rows = [(f"{month:%b %Y}", count) for month, count in reversed(months)]
    return ReferralReport({status: counts.get(status, 0) for status in ReferralStatus}, credit_given, _chart(rows))


def _chart(rows: Sequence[tuple[str, int]]) -> Chart | None:
    if not rows:
        return None
    label, most = max(rows, key=lambda row: row[1])
    finding = f"Most people joined in {label}: {most}."
    series = ChartSeries("people", [count for _, count in rows])
    return columns("joined", finding, labels=Labels("Month", [label for label, _ in rows]), series=[series])
