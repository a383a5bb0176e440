"""A year of two subscriptions, with the clock of the stand-in moved along."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from accounts.models import User
from core import clock
from payments import ledger
from payments.models import LedgerAccount, Payment, SavedCard, Transfer
from payments.payouts.releasing import release_due
from payments.plans import cards, periods
from payments.plans.states import SubscriptionStatus
from payments.stripe.balance import read_balance
from sandbox.stripe.service import StripeSandbox
from tests.payments.plans.cast import (
    builder_plan,
    current,
    findings,
    paid_charges,
    pass_time,
    platform_plan,
    save_card,
    subscribed,
)
from tests.payments.stripe.cast import DECLINED_LATER

pytestmark = pytest.mark.django_db


def test_a_year_brings_twelve_renewals_of_which_one_fails_and_recovers(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    own = subscribed(sandbox, builder_plan(ada), cleo)
    pro = subscribed(sandbox, platform_plan(), ada)
    save_card(sandbox, cleo, DECLINED_LATER)
    bad = SavedCard.objects.get(person=cleo, last4="0341")
    good = SavedCard.objects.get(person=cleo, last4="4242")
    cards.make_default(card=good, person=cleo)
    start = own.current_period_start
    assert start is not None
    for month in range(1, 13):
        renewal = periods.edge(start, own.timezone, "month", month)
        cards.make_default(card=bad if month == 7 else good, person=cleo)
        for days in (0, 1, 3):
            now = renewal + timedelta(days=days, minutes=5)
            sandbox.advance((now - clock.now()).total_seconds() - sandbox.books.advanced)
            pass_time(sandbox, now)
            if (month, days) == (7, 1):
                assert current(own).status == SubscriptionStatus.PAST_DUE
                cards.make_default(card=good, person=cleo)
    for subscription, price in ((own, 90), (pro, 20)):
        charges = paid_charges(subscription)
        assert [charge.amount for charge in charges] == [price] * 13
        assert all(after.period_start == before.period_end for before, after in pairwise(charges))
        assert current(subscription).status == SubscriptionStatus.ACTIVE
    assert Payment.objects.count() == 26
    release_due(now)
    fees = {transfer.fee_percent for transfer in Transfer.objects.all()}
    assert fees == {5, 10}
    assert -ledger.balances(ada.pk)[LedgerAccount.Kind.PAYABLE]["EUR"].amount > 12 * 80
    read_balance()
    assert findings(clock.now()) == []
