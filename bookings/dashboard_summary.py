"""A builder's open tasks and next session, for the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from bookings.agreement.queries import to_review, unproven_ahead
from bookings.billing.queries import unpaid
from bookings.clients.queries import asking, clients_of
from bookings.models import Booking
from bookings.models.agreement import BookingQuerySet
from bookings.reviews.rules import WITHIN
from bookings.states import Side, State
from core.compiled import CompiledQuery
from core.counting import CompiledCounts

MOST_REQUESTS = 3


@dataclass(frozen=True)
class DashboardSummary:
    """Open tasks of a builder. The counts are complete; `requests` holds the three most urgent ones."""

    requests: list[Booking]
    to_answer: int
    to_review: int
    to_look_at: int
    disputed: int
    unpaid: int  # completed sessions for which something is due
    next: Booking | None
    unproven: int  # sessions ahead of guests who have not confirmed their address

    @property
    def is_clear(self) -> bool:
        return not (self.to_answer or self.to_review or self.to_look_at or self.disputed or self.unpaid)


def dashboard_summary(builder: User, now: datetime, *, has_payments: bool = True) -> DashboardSummary:
    """Returns a builder's open tasks and next session. Three queries, however many bookings there are."""
    count = _counts_with_payments if has_payments else _counts
    return DashboardSummary(
        requests=_requests.rows(builder.pk),
        next=_next.first(builder.pk, now),
        **{"unpaid": 0, **count(builder.pk, now, now - WITHIN)},
    )


def _counted(builder: UUID, now: datetime, since: datetime) -> dict[str, QuerySet[Any]]:
    mine = Booking.objects.of_builder(builder)
    return {
        "to_answer": mine.requests(),
        "to_review": to_review(mine, Side.BUILDER, since),
        "to_look_at": asking(clients_of(builder), builder),
        "disputed": mine.filter(state=State.DISPUTED).counting(),
        "unproven": mine.filter(unproven_ahead(now)).counting(),
    }


def _counted_with_payments(builder: UUID, now: datetime, since: datetime) -> dict[str, QuerySet[Any]]:
    completed = Booking.objects.of_builder(builder).filter(state=State.COMPLETED)
    return _counted(builder, now, since) | {"unpaid": unpaid(completed)}


def _agreed(builder: UUID, now: datetime) -> BookingQuerySet:
    agreed = Booking.objects.of_builder(builder).filter(state__in=[State.CONFIRMED, State.IN_PROGRESS], ends_at__gt=now)
    return agreed.listed().order_by("starts_at", "id")[:1]


def _most_urgent(builder: UUID) -> BookingQuerySet:
    return Booking.objects.of_builder(builder).requests().listed().order_by("answer_by", "id")[:MOST_REQUESTS]


_counts, _counts_with_payments = CompiledCounts(_counted), CompiledCounts(_counted_with_payments)
_requests, _next = CompiledQuery(_most_urgent), CompiledQuery(_agreed)
