"""The people and sessions of the tests of referrals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from bookings.models import Booking
from bookings.states import State
from core import clock
from payments.models import Payment
from payments.states import Provider, Status
from referrals import services
from referrals.models import Referral
from tests.factories.bookings import BookingFactory
from tests.factories.payments import PaymentFactory
from tests.factories.referrals import ReferralFactory, RewardRuleFactory


def invited(referrer: User, friend: User, **values: Any) -> Referral:
    """Records that the friend joined five days ago through the referrer's link, while both get 10 euros."""
    joined_at = clock.now() - timedelta(days=5)
    RewardRuleFactory.create(created_at=joined_at - timedelta(days=1))
    code = services.ensure_code(referrer)
    return ReferralFactory.create(code=code, friend=friend, **({"joined_at": joined_at} | values))


def paid_session(client: User, amount: int = 80, **values: Any) -> Booking:
    """Makes a session of this client that ended yesterday and was paid by card."""
    ended_at = clock.now() - timedelta(days=1)
    booking = BookingFactory.create(
        **({"client": client, "state": State.COMPLETED, "completed_at": ended_at, "currency": "EUR"} | values),
        starts_at=ended_at - timedelta(hours=1),
        ends_at=ended_at,
    )
    pay(booking, amount)
    return booking


def pay(booking: Booking, amount: int, **values: Any) -> Payment:
    money = Decimal(amount)
    return PaymentFactory.create(
        **(
            {"subject_kind": "booking", "subject_id": booking.pk, "payer": booking.client, "payee": booking.builder}
            | {"provider": Provider.STRIPE, "status": Status.PAID, "amount": money, "amount_paid": money}
            | {"currency": booking.currency, "paid_at": clock.now()}
            | values
        )
    )
