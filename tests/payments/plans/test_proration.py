"""What changing a plan costs: never less than nothing, and the sums agree."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money, rounded
from payments.models import Plan
from payments.plans.proration import Proration, part, prorate
from payments.stripe.amounts import in_stripe_units

START, END = date(2027, 3, 1), date(2027, 4, 1)


def plan(price: str, interval: str = "month", sessions: int | None = None, currency: str = "EUR") -> Plan:
    owner = UUID(int=1) if sessions else None
    return Plan(
        owner_id=owner, price=Decimal(price), currency=currency, interval=interval, sessions_per_period=sessions
    )


def test_a_larger_plan_costs_the_difference_for_the_days_that_are_left() -> None:
    proration = prorate(plan("31"), plan("62"), START, END, date(2027, 3, 22))
    assert [proration.price.amount, proration.credit.amount, proration.due.amount] == [20, 10, 10]
    assert proration.is_at_once


def test_a_year_costs_its_price_less_what_is_left_of_the_month() -> None:
    proration = prorate(plan("31"), plan("300", "year"), START, END, date(2027, 3, 22))
    assert proration.due.amount == 290
    assert proration.starts_new_period


def test_a_smaller_plan_and_a_month_after_a_year_wait_for_the_next_period() -> None:
    for old, new in [(plan("62"), plan("31")), (plan("20", "year"), plan("31"))]:
        proration = prorate(old, new, START, END, date(2027, 3, 22))
        assert proration.due.amount == 0
        assert not proration.is_at_once


def test_more_sessions_cost_the_difference_of_the_prices_on_any_day() -> None:
    for day in (START, END - timedelta(days=1)):
        proration = prorate(plan("90", sessions=2), plan("160", sessions=4), START, END, day)
        assert proration.due.amount == 70
        assert proration.sessions == 2


def test_fewer_sessions_for_more_money_wait_for_the_next_period() -> None:
    assert not prorate(plan("90", sessions=4), plan("100", sessions=2), START, END, START).is_at_once


prices = st.decimals(Decimal("0.01"), Decimal(99999), places=2)
days = st.integers(-2, 400)


@pytest.mark.parametrize("currency", ["KWD", "MGA", "JPY", "EUR"])
def test_a_part_of_a_price_is_a_sum_that_can_be_charged(currency: str) -> None:
    end = START + timedelta(days=31)
    for day in range(31):
        money = part(Money(Decimal(100), currency), START, end, START + timedelta(days=day))
        assert in_stripe_units(money) > 0


@given(old=prices, new=prices, length=st.integers(1, 366), day=days, interval=st.sampled_from(["month", "year"]))
def test_what_is_due_is_never_negative_and_the_sums_agree(
    old: Decimal, new: Decimal, length: int, day: int, interval: str
) -> None:
    before, after = plan(str(old)), plan(str(new), interval)
    proration = prorate(before, after, START, START + timedelta(days=length), START + timedelta(days=day))
    assert proration.due.amount >= 0
    assert proration.due.amount == proration.price.amount - proration.credit.amount
    assert 0 <= proration.credit.amount <= old
    assert proration.price.amount <= new


@given(price=prices, length=st.integers(1, 366), day=days, currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_a_part_of_a_price_is_between_nothing_and_the_whole_and_falls_each_day(
    price: Decimal, length: int, day: int, currency: str
) -> None:
    money = Money(rounded(price, currency), currency)
    end = START + timedelta(days=length)
    today = part(money, START, end, START + timedelta(days=day))
    tomorrow = part(money, START, end, START + timedelta(days=day + 1))
    assert 0 <= tomorrow.amount <= today.amount <= money.amount
    assert part(money, START, end, START) == money


@given(prices=st.lists(prices, min_size=2, max_size=5, unique=True), day=st.integers(0, 29))
def test_changing_step_by_step_costs_as_much_as_changing_at_once(prices: list[Decimal], day: int) -> None:
    plans = [plan(str(price)) for price in sorted(prices)]
    today = START + timedelta(days=day)
    steps = [before_waiving(prorate(old, new, START, END, today)) for old, new in pairwise(plans)]
    assert sum(steps) == before_waiving(prorate(plans[0], plans[-1], START, END, today))


def before_waiving(proration: Proration) -> Decimal:
    return proration.price.amount - proration.unused.amount


def test_less_than_a_card_can_pay_is_waived() -> None:
    last_day = END - timedelta(days=1)

    cheap = prorate(plan("10"), plan("20"), START, END, last_day)
    dear = prorate(plan("10"), plan("30"), START, END, last_day)

    assert (cheap.due.amount, cheap.waived) == (Decimal(0), Money(Decimal("0.33"), "EUR"))
    assert cheap.is_at_once
    assert (dear.due.amount, dear.waived) == (Decimal("0.65"), None)
