"""What becomes of rewards after refunds and disputes, and which sessions and people get none."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from accounts.models import User
from bookings.models import Booking
from bookings.states import State
from core import clock
from core.errors import Refused
from core.money import Money
from payments.account_credit import services as account_credit
from payments.account_credit.queries import credit_of
from payments.disputes.states import DisputeStatus
from payments.models import Payment
from payments.signals import payment_disputed, payment_refunded
from payments.states import Status
from referrals import qualifying, services
from referrals.models import Referral, ReferralStatus, RefusalReason, RewardRule
from tests.factories.accounts import UserFactory
from tests.factories.bookings import BookingFactory
from tests.factories.payments import PaymentDisputeFactory, RefundFactory
from tests.factories.referrals import RewardRuleFactory
from tests.referrals.cast import invited, paid_session, pay

TEN = Money(Decimal(10), "EUR")
database = pytest.mark.django_db


def decided(referral: Referral) -> Referral:
    qualifying.decide_all(clock.now())
    referral.refresh_from_db()
    return referral


def refund(booking: Booking, amount: int, *, as_credit: bool = False) -> None:
    """Refunds so much of what was paid for the session, as Waymark or its provider reports it."""
    payment = Payment.objects.get(subject_id=booking.pk)
    payment.amount_refunded += amount
    payment.status = Status.REFUNDED if payment.amount_refunded == payment.amount_paid else Status.PARTLY_REFUNDED
    payment.save()
    row = RefundFactory.create(payment=payment, amount=Decimal(amount), as_credit=as_credit)
    if as_credit:
        account_credit.add(row)
    payment_refunded.send(Payment, payment=payment, refund=row)


@database
def test_a_dispute_that_was_lost_takes_the_rewards_back(cleo: User, sam: User) -> None:
    referral = invited(cleo, sam)
    booking = paid_session(sam)
    assert decided(referral).status == ReferralStatus.REWARDED
    payment = Payment.objects.get(subject_id=booking.pk)
    payment.amount_lost = 80
    payment.save()
    dispute = PaymentDisputeFactory.create(payment=payment, status=DisputeStatus.LOST)

    payment_disputed.send(Payment, payment=payment, dispute=dispute, before="needs_response")

    referral.refresh_from_db()
    assert (referral.status, referral.reason) == (ReferralStatus.REFUSED, RefusalReason.REFUNDED)
    assert credit_of(cleo.pk) == credit_of(sam.pk) == []


@database
@pytest.mark.parametrize(("amount", "is_kept"), [(40, True), (41, False)])
@pytest.mark.parametrize("is_before", [True, False])
def test_a_refund_of_a_part_counts_as_a_lower_price(
    amount: int, is_kept: bool, is_before: bool, cleo: User, sam: User
) -> None:
    referral = invited(cleo, sam)
    booking = paid_session(sam)
    if not is_before:
        decided(referral)

    refund(booking, amount)

    assert (decided(referral).status == ReferralStatus.REWARDED) == is_kept
    assert credit_of(cleo.pk) == credit_of(sam.pk) == ([TEN] if is_kept else [])


@database
def test_a_reward_that_was_spent_is_not_taken_from_a_refund(cleo: User, sam: User) -> None:
    referral = invited(cleo, sam)
    booking = paid_session(sam)
    decided(referral)
    spent = pay(BookingFactory.create(client=sam, currency="EUR"), 10, status=Status.DUE, amount_paid=0, paid_at=None)
    account_credit.spend(payment=spent)

    refund(booking, 80, as_credit=True)

    assert credit_of(sam.pk) == [Money(Decimal(80), "EUR")]
    assert credit_of(cleo.pk) == []


@database
def test_a_session_counts_for_one_invitation(cleo: User, sam: User, ada: User) -> None:
    client, builder = invited(cleo, sam), invited(cleo, ada)
    RewardRuleFactory.create(kind=RewardRule.Kind.BUILDER, created_at=client.joined_at - timedelta(days=1))
    paid_session(sam, builder=ada)

    assert sorted([decided(client).status, decided(builder).status]) == [ReferralStatus.JOINED, ReferralStatus.REWARDED]
    assert credit_of(cleo.pk) == [TEN]


@database
def test_nobody_without_an_active_account_gets_credit(cleo: User, sam: User) -> None:
    referral = invited(cleo, sam)
    paid_session(sam)
    User.objects.filter(pk=cleo.pk).update(is_active=False)

    decided(referral)

    assert (credit_of(cleo.pk), credit_of(sam.pk)) == ([], [TEN])


@database
def test_staff_do_not_decide_about_their_own_invitations(suri: User, sam: User) -> None:
    referral = invited(suri, sam, status=ReferralStatus.QUALIFIED)
    referral.booking, referral.rule = paid_session(sam), RewardRule.objects.get()
    referral.save()

    with pytest.raises(Refused, match="Another member of staff"):
        qualifying.approve(referral_id=referral.pk, by=suri, note="He is nice.")
    assert credit_of(suri.pk) == []


@database
def test_a_builder_who_has_given_sessions_types_no_code(cleo: User, ada: User) -> None:
    RewardRuleFactory.create()
    BookingFactory.create(builder=ada, state=State.COMPLETED)

    with pytest.raises(Refused, match="before the first session"):
        services.redeem(person=ada, code=services.ensure_code(cleo).code)


def test_a_refund_at_the_same_time_leaves_no_reward(committed: None) -> None:
    referral = invited(UserFactory.create(), UserFactory.create())
    booking = paid_session(referral.friend)
    is_locked = Event()

    def decide() -> None:
        is_locked.wait(10)
        qualifying.decide(referral_id=referral.pk, now=clock.now())
        connection.close()

    deciding = Thread(target=decide)
    deciding.start()
    with transaction.atomic():
        Payment.objects.select_for_update(no_key=True).get(subject_id=booking.pk)
        is_locked.set()
        deciding.join(0.5)  # with a lock it waits for the refund, otherwise it gives the reward meanwhile
        refund(booking, 80)
    deciding.join(10)

    referral.refresh_from_db()
    assert referral.status == ReferralStatus.JOINED
    assert not referral.rewards.exists()
