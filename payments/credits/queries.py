"""Reads how many credits are left, each with its number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from core.money import Money
from payments.credits.models import CreditGrant
from payments.models import LedgerAccount, LedgerEntry, LedgerLeg


@dataclass(frozen=True)
class HeldCredits:
    """Credits with the number that is left of them."""

    grant: CreditGrant
    left: int

    @property
    def worth(self) -> Money:
        """What is given back if all that is left is refunded."""
        return self.grant.worth(self.left)


def left_of(grants: Iterable[CreditGrant]) -> dict[UUID, int]:
    """Returns how many credits are left of each grant. One query of the ledger, or none without grants."""
    keys = {grant.ledger_key: grant.pk for grant in grants}
    if not keys:
        return {}
    rows = (
        LedgerLeg.objects.filter(account__kind=LedgerAccount.Kind.CREDITS, entry__provider_id__in=keys)
        .order_by()
        .values_list("entry__provider_id")
        .annotate(left=Coalesce(Sum("credit"), 0) - Coalesce(Sum("debit"), 0))
    )
    return dict.fromkeys(keys.values(), 0) | {keys[key]: int(left) for key, left in rows}


def taken_back(grant: CreditGrant) -> int:
    """Returns how many of these credits were taken back because they were refunded. One query."""
    legs = LedgerLeg.objects.filter(
        account__kind=LedgerAccount.Kind.CREDITS, entry__kind=LedgerEntry.Kind.CREDITS_REFUNDED,
        entry__provider_id=grant.ledger_key,
    )  # fmt: skip
    return int(legs.aggregate(total=Coalesce(Sum("debit"), 0))["total"])


def was_returned(use_id: UUID) -> bool:
    """Whether the credit that was used for this came back. One query."""
    return LedgerEntry.objects.filter(reference=f"credit_returned:{use_id}").exists()


def held(grants: QuerySet[CreditGrant]) -> list[HeldCredits]:
    """Returns these credits with what is left of them. Two queries."""
    rows = list(grants)
    left = left_of(rows)
    return [HeldCredits(grant, left[grant.pk]) for grant in rows]


def usable(
    holder_id: UUID, builder_id: UUID, session_type_id: UUID, minutes: int, starts_at: datetime
) -> QuerySet[CreditGrant]:
    """Returns the holder's credits that pay for such a session if any are left, those that expire first at the top."""
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=starts_at)
    fitting = Q(usable_for=[]) | Q(usable_for__contains=[session_type_id])
    mine = CreditGrant.objects.filter(holder=holder_id, builder=builder_id, is_waiting=False)
    long_enough = Q(minutes=None) | Q(minutes=minutes)
    return mine.filter(unexpired, fitting, long_enough).order_by("expires_at", "id")


def usable_now(
    holder_id: UUID, builder_id: UUID, session_type_id: UUID, minutes: int, starts_at: datetime
) -> HeldCredits | None:
    """Returns the credits that a booking of such a session would take one of; None if there are none. Two queries."""
    rows = held(usable(holder_id, builder_id, session_type_id, minutes, starts_at))
    return next((row for row in rows if row.left > 0), None)


def total_left(rows: Sequence[HeldCredits]) -> int:
    return sum(row.left for row in rows)


def overdue(now: datetime) -> list[UUID]:
    """Returns the grants of which credits are left although their time is over. One query."""
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE, [now])
        return [row[0] for row in cursor.fetchall()]


OVERDUE = """
SELECT held.id
FROM payments_creditgrant held
JOIN payments_ledgerentry entry ON entry.provider_id = 'credits:' || held.id
JOIN payments_ledgerleg leg ON leg.entry_id = entry.id
JOIN payments_ledgeraccount account ON account.id = leg.account_id AND account.kind = 'credits'
WHERE held.expires_at <= %s
GROUP BY held.id
HAVING sum(leg.credit - leg.debit) > 0
"""
