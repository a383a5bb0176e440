"""A builder's open tasks and next session, for the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from bookings.agreement.queries import TO_REVIEW, subset, unproven_ahead
from bookings.billing.queries import unpaid
from bookings.clients.queries import asking, clients_of
from bookings.models import Booking
from bookings.states import Side, State
from core.counting import counts_of

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
    mine = Booking.objects.of_builder(builder)
    requests = mine.requests().order_by("answer_by", "id")
    agreed = mine.filter(state__in=[State.CONFIRMED, State.IN_PROGRESS], ends_at__gt=now)
    completed = mine.filter(state=State.COMPLETED)
    counts = counts_of(
        to_answer=requests,
        to_review=subset(mine, TO_REVIEW, Side.BUILDER, now),
        to_look_at=asking(clients_of(builder), builder),
        disputed=mine.filter(state=State.DISPUTED).counting(),
        unpaid=unpaid(completed) if has_payments else Booking.objects.none(),
        unproven=mine.filter(unproven_ahead(now)).counting(),
    )
    return DashboardSummary(
        requests=list(requests.listed()[:MOST_REQUESTS]),
        next=agreed.listed().order_by("starts_at", "id").first(),
        **counts,
    )
