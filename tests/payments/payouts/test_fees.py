"""A payment keeps the fee that held when the client began to pay."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import clock
from payments.models import Payment
from payments.payouts.scheduling import PayoutPlan, schedule
from payments.services import payment_of
from payments.states import Provider
from sandbox.stripe.service import StripeSandbox
from tests.payments.cast import claim
from tests.payments.payouts.cast import in_account, onboarded, pay_due, transfer_of
from tests.payments.stripe.captured import captured

pytestmark = pytest.mark.django_db


def test_a_later_change_of_the_fee_does_not_touch_a_payment(
    sandbox: StripeSandbox, ada: User, cleo: User, adas: Client, settings: Any
) -> None:
    account = onboarded(sandbox, ada)
    payment = captured(sandbox, ada, cleo)
    settings.PLATFORM_FEE_PERCENT = Decimal(20)

    schedule([PayoutPlan(payment.pk, clock.now() - timedelta(days=4), [(ada.pk, Decimal(100))])])
    pay_due()

    assert transfer_of(payment).fee_percent == 10
    assert in_account(sandbox, account) == {"eur": 6750}
    assert "20&nbsp;%" in adas.get("/dashboard/payouts/").content.decode()  # of what is paid from now on


def test_a_payment_without_a_fee_of_its_own_has_that_of_today(
    sandbox: StripeSandbox, ada: User, cleo: User, settings: Any
) -> None:
    payment = captured(sandbox, ada, cleo)
    Payment.objects.update(fee_percent=None)
    settings.PLATFORM_FEE_PERCENT = Decimal(20)

    schedule([PayoutPlan(payment.pk, clock.now(), [(ada.pk, Decimal(100))])])

    assert transfer_of(payment).fee_percent == 20


def test_what_is_paid_to_the_builder_directly_has_no_fee(ada: User, cleo: User) -> None:
    assert payment_of(claim(ada, cleo)).fee_percent is None
    assert payment_of(claim(ada, cleo), Provider.STRIPE).fee_percent == 10
