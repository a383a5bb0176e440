"""`/api/insights/…`: the figures of the signed-in builder, or of the whole place for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.http import Http404
from ninja import Query, Router

from accounts.access import SignedInRequest
from accounts.roles import STAFF, Role
from coaching.models import SessionType
from core import clock
from core.api import renamed_fields, signed_in
from core.errors import Refusal, Refused
from core.money import rounded
from core.replicas import from_replica
from insights.advice import people_by_step
from insights.definitions import COMPARED
from insights.figures import Comparison, read
from insights.pathway_figures import pathway_totals
from insights.periods import DEFAULT, Period, period_of
from insights.schemas import (
    BookingsByPathwayAnswer,
    BookingsOnPathwayOut,
    DurationsAnswer,
    DurationShareOut,
    FunnelAnswer,
    FunnelStepOut,
    InsightsQuery,
    PathwayTotalsAnswer,
    PathwayTotalsOut,
    SummaryAnswer,
    SummaryOut,
    amounts,
)
from insights.scopes import InsightScope
from insights.summary import summary_of
from pathways.catalogue.queries import pathway_named

router = Router(tags=["Insights"])


@dataclass(frozen=True)
class InsightsRequest:
    """What is asked for: the scope and the period."""

    request: SignedInRequest
    scope: InsightScope
    period: Period
    now: datetime

    def read(self, *names: str, compares: bool = False) -> Comparison:
        return from_replica(self.request, lambda: read(self.scope, self.period, compares=compares, names=names))


@router.get("/insights/summary", response=SummaryAnswer, auth=signed_in, by_alias=True, summary="Key figures")
def insights_summary(request: SignedInRequest, query: Query[InsightsQuery]) -> SummaryAnswer:
    """Of a period, and of the period before. Each figure is defined in the documentation of insights."""
    comparison = _request_of(request, query).read(*COMPARED, compares=query.compare == "previous")
    previous = comparison.previous
    return SummaryAnswer(
        summary=SummaryOut.of(summary_of(comparison.current)),
        previous=SummaryOut.of(summary_of(previous)) if previous else None,
    )


@router.get("/insights/funnel", response=FunnelAnswer, auth=signed_in, by_alias=True, summary="Steps of booking")
def insights_funnel(request: SignedInRequest, query: Query[InsightsQuery]) -> FunnelAnswer:
    """How many people got to each step; a person counts once a day for each session type."""
    people = people_by_step(_request_of(request, query).read("steps").current)
    first = people["started"]
    steps = [
        FunnelStepOut(step=step, count=count, rate=round(count / first, 4) if first else None)
        for step, count in people.items()
    ]
    return FunnelAnswer(steps=steps)


@router.get("/insights/durations", response=DurationsAnswer, auth=signed_in, by_alias=True, summary="Popular lengths")
def insights_durations(request: SignedInRequest, query: Query[InsightsQuery]) -> DurationsAnswer:
    """Confirmed sessions by their length, the most frequent first."""
    totals = _request_of(request, query).read("lengths").current
    size = totals.total("lengths")
    counts = sorted(totals.of("lengths").items(), key=lambda item: (-item[1], int(item[0])))
    rows = [
        DurationShareOut(minutes=int(key), count=int(amount), share=round(float(amount / size), 4))
        for key, amount in counts
    ]
    return DurationsAnswer(durations=rows)


@router.get(
    "/insights/pathways", response=PathwayTotalsAnswer, auth=signed_in, by_alias=True, summary="Enrolments by pathway"
)  # fmt: skip
def insights_pathways(request: SignedInRequest, query: Query[InsightsQuery]) -> PathwayTotalsAnswer:
    """Enrolled and completed count the period; active and stuck are as of now."""
    asked = _request_of(request, query)
    rows = from_replica(request, lambda: pathway_totals(asked.scope, asked.period, asked.now))
    return PathwayTotalsAnswer(pathways=[PathwayTotalsOut.of(row) for row in rows])


@router.get(
    "/insights/bookings-by-pathway", response=BookingsByPathwayAnswer, auth=signed_in, by_alias=True,
    summary="Bookings by pathway",
)  # fmt: skip
def insights_bookings_by_pathway(request: SignedInRequest, query: Query[InsightsQuery]) -> BookingsByPathwayAnswer:
    """Those that begin in the period; bookings without a pathway come last."""
    sums: dict[str, dict[str, Decimal]] = {}
    for key, amount in _request_of(request, query).read("by_pathway").current.of("by_pathway").items():
        slug, _, part = key.partition(" ")
        sums.setdefault(slug, {})[part] = amount
    slugs: Sequence[str] = sorted(sums, key=lambda slug: (not slug, slug))
    return BookingsByPathwayAnswer(rows=[_on_pathway(slug, dict(sums[slug])) for slug in slugs])


def _on_pathway(slug: str, parts: dict[str, Decimal]) -> BookingsOnPathwayOut:
    count, completed = parts.pop("count", Decimal(0)), parts.pop("completed", Decimal(0))
    revenue = amounts({currency: rounded(amount, currency) for currency, amount in sorted(parts.items())})
    return BookingsOnPathwayOut(pathway_id=slug or None, count=int(count), completed=int(completed), revenue=revenue)


def _request_of(request: SignedInRequest, query: InsightsQuery) -> InsightsRequest:
    """Returns what is asked for. Refuses those who are neither builders nor staff, and days that are no period."""
    roles, is_platform = set(request.user.roles), query.scope == "platform"
    if not (roles & STAFF if is_platform else Role.BUILDER in roles):
        raise Refused(Refusal.FORBIDDEN)
    now, zone = clock.now(), "UTC" if is_platform else request.user.timezone
    if query.session_type_id is not None:
        types = SessionType.objects.all() if is_platform else SessionType.objects.filter(builder=request.user)
        if not types.filter(pk=query.session_type_id).exists():
            raise Http404
    pathway = pathway_named(query.pathway).pk if query.pathway else None
    scope = InsightScope(
        zone, None if is_platform else request.user.pk, query.session_type_id, pathway, query.kind or ""
    )
    return InsightsRequest(request, scope, _period(query, now, zone), now)


def _period(query: InsightsQuery, now: datetime, zone: str) -> Period:
    if (query.first is None) != (query.last is None):
        name = "from" if query.first is None else "to"
        raise Refused(Refusal.INVALID, fields={name: ["Send from and to, or neither."]})
    today = now.astimezone(ZoneInfo(zone)).date()
    with renamed_fields(last="to"):
        return period_of("dates" if query.first else DEFAULT, today, zone, query.first, query.last)
