"""`/api/billing/months`, `sellers` and `report`: the reports of the operator, for admins."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import ConfigDict

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.api import In
from core.errors import Refusal, Refused
from payments.api import person_with_payments
from payments.reports import queries, subscriptions
from payments.reports.periods import span_of, year_of
from payments.reports.schemas import (
    MonthOfMoneyOut,
    MonthOfSubscriptionsOut,
    MonthsAnswer,
    SellersAnswer,
    SubscriptionReportAnswer,
    SubscriptionReportOut,
    YearOfSellerOut,
)

router = Router(tags=["Payments"])


def admin_only(request: HttpRequest) -> User:
    """Authenticates an admin."""
    person = person_with_payments(request)
    if Role.ADMIN not in person.roles:
        raise Refused(Refusal.FORBIDDEN)
    return person


class MonthsQuery(In):
    model_config = ConfigDict(extra="ignore")
    to: str = ""


class SellersQuery(In):
    model_config = ConfigDict(extra="ignore")
    year: str = ""


@router.get(
    "/billing/months",
    response=MonthsAnswer,
    auth=admin_only,
    by_alias=True,
    summary="Money by month",
    operation_id="payments_api_months",
)
def months(request: SignedInRequest, query: Query[MonthsQuery]) -> MonthsAnswer:
    """What went through Waymark by month and currency, from the month `from` to the month `to`, such as 2026-05."""
    start, end = span_of(request.GET.get("from", ""), query.to, clock.now().date())
    return MonthsAnswer(months=[MonthOfMoneyOut.of(row) for row in queries.months(start, end)])


@router.get(
    "/billing/sellers",
    response=SellersAnswer,
    auth=admin_only,
    by_alias=True,
    summary="Builders by year",
    operation_id="payments_api_sellers",
)
def sellers(request: SignedInRequest, query: Query[SellersQuery]) -> SellersAnswer:
    """Sessions, what clients paid for them after refunds, and fees, for each builder by quarter."""
    year = year_of(query.year, clock.now().date())
    return SellersAnswer(year=year, sellers=[YearOfSellerOut.of(row) for row in queries.sellers(year)])


@router.get(
    "/billing/report",
    response=SubscriptionReportAnswer,
    auth=admin_only,
    by_alias=True,
    summary="Subscriptions by month",
    operation_id="payments_api_report",
)
def billing_report(request: SignedInRequest, query: Query[MonthsQuery]) -> SubscriptionReportAnswer:
    """Subscriptions from the month `from` to the month `to`, such as 2026-05: all of them, then by month, by whose plans
    they are to (`platform` or `builder`) and by currency. `churnRate` is null if there were none at the beginning."""
    now = clock.now()
    start, end = span_of(request.GET.get("from", ""), query.to, now.date())
    return SubscriptionReportAnswer(
        report=SubscriptionReportOut.of(subscriptions.over(start, end, now)),
        months=[MonthOfSubscriptionsOut.of(row) for row in subscriptions.by_month(start, end, now)],
    )
