"""The report of subscriptions: each figure equals plain SQL, and who may read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core import clock
from payments.models import Plan, Subscription
from payments.reports import tables
from payments.reports.subscriptions import SubscriptionFigures, by_month, over
from sandbox.stripe.service import StripeSandbox
from tests.factories.payments import PlanFactory, SubscriptionChargeFactory, SubscriptionFactory
from tests.payments.plans.cast import builder_plan, pass_time, platform_plan, save_card, settle, subscribed
from tests.payments.stripe.cast import DECLINED_LATER, GOOD
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SPAN = (date(2026, 1, 1), date(2026, 7, 1))


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def subscription_to(plan: Plan, start: datetime, end: datetime | None = None) -> Subscription:
    """Returns a subscription that started, and ended, at these times."""
    ending: dict[str, Any] = {"status": "canceled", "ended_at": end, "end_reason": "requested"} if end else {}
    values = {
        "status": "active", "anchor_at": start, "current_period_start": start,
        "current_period_end": start + timedelta(days=400),
    } | ending  # fmt: skip
    return SubscriptionFactory.create(plan=plan, seller=plan.owner, started_at=start, **values)


def charge(subscription: Subscription, kind: str, start: datetime, end: datetime, **values: Any) -> None:
    """Adds a charge for a period, which was paid when it began unless `values` say otherwise."""
    plan = values.pop("plan", subscription.plan)
    price = values.pop("price", plan.price)
    values = {"state": "paid", "paid_at": start, "due_at": start} | values
    SubscriptionChargeFactory.create(
        subscription=subscription, number=subscription.charges.count() + 1, kind=kind, plan=plan, period_start=start,
        period_end=end, price=price, amount=price, currency=plan.currency, **values,
    )  # fmt: skip


def months(subscription: Subscription, first: int, last: int, day: int = 10) -> None:
    """Adds a paid charge for each month, from the day in the first month on."""
    for month in range(first, last + 1):
        charge(subscription, "start" if month == first else "renewal", at(month, day), at(month + 1, day))


@pytest.fixture
def history(ada: User) -> None:
    """Adds half a year of subscriptions to three plans of the platform and one of a builder."""
    pro, yearly = PlanFactory.create(price=Decimal(20)), PlanFactory.create(price=Decimal(250), interval="year")
    yen = PlanFactory.create(price=Decimal(3000), currency="JPY")
    sessions = builder_plan(ada, "90.00")
    months(subscription_to(pro, at(1, 10)), 1, 6)
    months(subscription_to(pro, at(2, 10), at(4, 10)), 2, 3)
    months(subscription_to(yen, at(3, 10)), 3, 6)
    months(subscription_to(sessions, at(2, 10), at(2, 20)), 2, 2)
    charge(subscription_to(yearly, at(5, 1)), "start", at(5, 1), datetime(2027, 5, 1, tzinfo=UTC))
    on_trial = subscription_to(sessions, at(2, 20))  # pays from March on, in April only with the second attempt
    charge(on_trial, "start", at(2, 20), at(3, 6), price=Decimal(0))
    charge(on_trial, "renewal", at(3, 6), at(4, 6))
    charge(on_trial, "renewal", at(4, 6), at(5, 6), attempts=1, due_at=at(4, 30, 23), paid_at=at(5, 2))
    changing = subscription_to(pro, at(3, 1))  # for the year from 15 April on, and had a declined change before
    charge(changing, "start", at(3, 1), at(4, 1))
    charge(changing, "change", at(3, 1), at(4, 1), plan=yearly, state="void", paid_at=None, attempts=1)
    charge(changing, "renewal", at(4, 1), at(5, 1))
    charge(changing, "change", at(4, 15), datetime(2027, 4, 15, tzinfo=UTC), plan=yearly, paid_at=at(4, 15))
    unpaid = subscription_to(sessions, at(4, 1), at(5, 15))
    charge(unpaid, "start", at(4, 1), at(5, 1))
    charge(unpaid, "renewal", at(5, 1), at(6, 1), state="void", paid_at=None, attempts=5)
    SubscriptionFactory.create(plan=pro, status="canceled", ended_at=at(3, 3), end_reason="expired")


STARTED = """
SELECT count(*) FROM payments_subscription subscription JOIN payments_plan plan ON plan.id = subscription.plan_id
WHERE (plan.owner_id IS NULL) = %s AND plan.currency = %s
"""
ACTIVE = STARTED + "AND started_at < %s AND (ended_at IS NULL OR ended_at >= %s)"
NEW = STARTED + "AND started_at BETWEEN %s AND %s"
LOST = STARTED + "AND started_at IS NOT NULL AND ended_at BETWEEN %s AND %s"
LEFT = LOST + " AND started_at < %s"
REVENUE = """
SELECT coalesce(sum(plan.price / CASE plan.interval WHEN 'year' THEN 12 ELSE 1 END), 0)
FROM payments_subscriptioncharge charge JOIN payments_plan plan ON plan.id = charge.plan_id
JOIN payments_subscription subscription ON subscription.id = charge.subscription_id
WHERE (plan.owner_id IS NULL) = %s AND plan.currency = %s AND charge.price > 0
  AND charge.period_start < %s AND charge.period_end >= %s AND (ended_at IS NULL OR ended_at >= %s)
  AND (charge.kind <> 'change' OR charge.paid_at < %s)
  AND NOT EXISTS (
      SELECT 1 FROM payments_subscriptioncharge later WHERE later.subscription_id = charge.subscription_id
      AND later.number > charge.number AND later.period_start < %s AND (later.kind <> 'change' OR later.paid_at < %s)
  )
"""
CHARGED = """
SELECT count(*) FROM payments_subscriptioncharge charge JOIN payments_plan plan ON plan.id = charge.plan_id
WHERE (plan.owner_id IS NULL) = %s AND plan.currency = %s AND kind = 'renewal' AND attempts > 0
"""
FAILED = CHARGED + "AND due_at BETWEEN %s AND %s"
RECOVERED = CHARGED + "AND paid_at BETWEEN %s AND %s"


def plain(sql: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def assert_equal_to_plain_sql(row: SubscriptionFigures, first: datetime, until: datetime) -> None:
    whose = (row.owner == "platform", row.currency)
    last = until - timedelta(microseconds=1)
    assert row.active == plain(ACTIVE, *whose, until, until)
    assert row.new == plain(NEW, *whose, first, last)
    assert row.canceled == plain(LOST, *whose, first, last)
    assert row.active_before == plain(ACTIVE, *whose, first, first)
    assert row.left_of_those == plain(LEFT, *whose, first, last, first)
    assert row.revenue == plain(REVENUE, *whose, *[until] * 6)
    assert row.failed == plain(FAILED, *whose, first, last)
    assert row.recovered == plain(RECOVERED, *whose, first, last)


def test_the_months_equal_plain_sql(history: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        rows = by_month(*SPAN, NOW)

    for row in rows:
        until = min(datetime(2026, row.first.month + 1, 1, tzinfo=UTC), NOW)
        assert_equal_to_plain_sql(row, at(row.first.month, 1), until)
    assert [(row.month, row.active, row.new, row.canceled) for row in rows if row.owner == "builder"] == [
        ("2026-02", 1, 2, 1), ("2026-03", 1, 0, 0), ("2026-04", 2, 1, 0), ("2026-05", 1, 0, 1), ("2026-06", 1, 0, 0),
    ]  # fmt: skip


def test_the_whole_span_equals_plain_sql(history: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        rows = over(date(2026, 3, 1), date(2026, 6, 1), NOW)

    assert [(row.owner, row.currency) for row in rows] == [("builder", "EUR"), ("platform", "EUR"), ("platform", "JPY")]
    for row in rows:
        assert_equal_to_plain_sql(row, at(3, 1), at(6, 1))
    assert (rows[1].active_before, rows[1].left_of_those, rows[1].churn_rate) == (2, 1, 0.5)
    assert rows[2].churn_rate is None


def test_recurring_revenue_is_a_month_of_what_goes_on_without_trials(history: None) -> None:
    revenue = {(row.month, row.owner, row.currency): str(row.recurring_revenue) for row in by_month(*SPAN, NOW)}

    assert [revenue[f"2026-0{month}", "platform", "EUR"] for month in range(1, 7)] == [
        "20.00 EUR", "40.00 EUR", "60.00 EUR", "40.83 EUR", "61.67 EUR", "61.67 EUR",
    ]  # fmt: skip
    assert revenue["2026-02", "builder", "EUR"] == "0.00 EUR"  # on trial
    assert revenue["2026-06", "platform", "JPY"] == "3000 JPY"
    assert revenue["2026-06", "builder", "EUR"] == "0.00 EUR"  # paused since May: nothing goes on


def test_a_payment_that_failed_counts_when_it_was_due_and_is_recovered_when_it_is_paid(history: None) -> None:
    rows = {row.month: (row.failed, row.recovered) for row in by_month(*SPAN, NOW) if row.owner == "builder"}

    assert (rows["2026-03"], rows["2026-04"], rows["2026-05"]) == ((0, 0), (1, 0), (1, 1))


def test_a_month_that_has_not_begun_is_left_out(history: None) -> None:
    assert {row.month for row in by_month(date(2026, 6, 1), date(2027, 1, 1), NOW)} == {"2026-06"}
    assert over(date(2026, 7, 1), date(2026, 8, 1), NOW) == []


def test_a_failed_renewal_that_is_paid_with_another_card_is_recovered(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    save_card(sandbox, cleo, DECLINED_LATER)
    renewal = subscription.current_period_end
    assert renewal is not None
    pass_time(sandbox, renewal + timedelta(minutes=1))
    span = (clock.now().date().replace(day=1), date(renewal.year + 1, 1, 1), renewal + timedelta(days=2))
    (failing,) = over(*span)
    assert (failing.active, failing.failed, failing.recovered) == (1, 1, 0)
    assert str(failing.recurring_revenue) == "90.00 EUR"  # goes on in the days of grace

    save_card(sandbox, cleo, GOOD)
    settle(sandbox)

    (recovered,) = over(*span)
    assert (recovered.active, recovered.failed, recovered.recovered) == (1, 1, 1)


def test_staff_read_the_report_in_the_admin_and_download_it(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User, confirmed: Callable[[User], Client]
) -> None:
    suris, address = confirmed(suri), reverse("admin:payments_report_subscriptions")
    assert "There were no subscriptions in this time." in visible_text(suris.get(address))
    subscribed(sandbox, builder_plan(ada), cleo)
    subscribed(sandbox, platform_plan(), ada)

    page = suris.get(address)
    assert "1 to plans of Waymark and 1 to plans of builders" in page.content.decode()
    assert "€20.00 from plans of Waymark and €90.00 from plans of builders" in page.content.decode()
    table = list(csv.reader(io.StringIO(suris.get(address, {"csv": "yes"}).content.decode("utf-8-sig"))))
    assert tuple(table[0]) == tables.SUBSCRIPTIONS_HEADER
    assert [row[1:] for row in table[1:]] == [
        ["Builders", "EUR", "1", "1", "0", "", "90.00", "0", "0"],
        ["Waymark", "EUR", "1", "1", "0", "", "20.00", "0", "0"],
    ]
    assert suris.get(address, {"from": "nonsense"}).status_code == 422
    for name in ("ledgerentry", "subscription"):
        assert address in suris.get(reverse(f"admin:payments_{name}_changelist")).content.decode()


def test_admins_read_the_report_by_the_api(
    sandbox: StripeSandbox, ada: User, cleo: User, alex: User, suri: User, browser_of: Browser
) -> None:
    subscribed(sandbox, builder_plan(ada), cleo)
    subscribed(sandbox, platform_plan(), ada)
    alexs, address = browser_of(alex), "/api/billing/report"

    body = alexs.get(address).json()

    assert body["report"] == {
        "active": 2, "new": 2, "canceled": 0, "churnRate": None, "recurringRevenue": {"EUR": "110.00"},
        "failedPayments": 0,
    }  # fmt: skip
    assert [(row["owner"], row["recurringRevenue"]) for row in body["months"]] == [
        ("builder", "90.00"), ("platform", "20.00"),
    ]  # fmt: skip
    assert alexs.get(address, {"from": "2026-13"}).status_code == 422
    for person in (suri, ada):
        assert browser_of(person).get(address).status_code == 403
