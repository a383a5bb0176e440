"""The JSON of `/api/insights/…`."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from core.api import Day, In, Out, SuccessBody
from core.money import Money
from insights.pathway_figures import PathwayTotals
from insights.summary import Summary


class InsightsQuery(In):
    """The period, both days included; without one, the last 28 days. `scope=platform` is for staff."""

    model_config = ConfigDict(extra="ignore")
    first: Day | None = Field(None, alias="from")
    last: Day | None = Field(None, alias="to")
    compare: Literal["previous", "none"] = "previous"
    session_type_id: UUID | None = None
    pathway: str | None = Field(None, max_length=40)
    kind: Literal["free", "one-to-one", "group", "in-person", "pathway"] | None = None
    scope: Literal["own", "platform"] = "own"


class SummaryOut(Out):
    sessions: int
    completed: int
    cancelled: int
    no_shows: int
    hours: float
    utilisation: float | None
    average_value: dict[str, str]
    income: dict[str, str]
    new_clients: int
    returning_clients: int
    lead_time_days: float | None
    response_minutes: int | None
    rating: float | None

    @classmethod
    def of(cls, summary: Summary) -> SummaryOut:
        return cls(
            sessions=summary.sessions, completed=summary.completed, cancelled=summary.cancelled,
            no_shows=summary.no_shows, hours=float(summary.hours), utilisation=summary.utilisation,
            average_value=amounts(summary.average_value), income=amounts(summary.income),
            new_clients=summary.new_clients, returning_clients=summary.returning_clients,
            lead_time_days=summary.notice_days, response_minutes=summary.answer_minutes, rating=summary.rating,
        )  # fmt: skip


class SummaryAnswer(SuccessBody):
    summary: SummaryOut
    previous: SummaryOut | None


class FunnelStepOut(Out):
    step: str
    count: int
    rate: float | None


class FunnelAnswer(SuccessBody):
    steps: list[FunnelStepOut]


class DurationShareOut(Out):
    minutes: int
    count: int
    share: float


class DurationsAnswer(SuccessBody):
    durations: list[DurationShareOut]


class PathwayTotalsOut(Out):
    pathway_id: str
    enrolled: int
    active: int
    stuck: int
    completed: int
    median_days: int | None
    success_rate: float | None

    @classmethod
    def of(cls, row: PathwayTotals) -> PathwayTotalsOut:
        return cls(
            pathway_id=row.slug, enrolled=row.enrolled, active=row.active, stuck=row.stuck, completed=row.completed,
            median_days=row.median_days, success_rate=row.success_rate,
        )  # fmt: skip


class PathwayTotalsAnswer(SuccessBody):
    pathways: list[PathwayTotalsOut]


class BookingsOnPathwayOut(Out):
    pathway_id: str | None
    count: int
    completed: int
    revenue: dict[str, str]


class BookingsByPathwayAnswer(SuccessBody):
    rows: list[BookingsOnPathwayOut]


def amounts(sums: dict[str, Decimal]) -> dict[str, str]:
    """Returns amounts by currency as the API writes them."""
    return {currency: Money(amount, currency).on_the_wire() for currency, amount in sums.items()}
