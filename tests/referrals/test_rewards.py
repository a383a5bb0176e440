"""Both sides get credit once the person who joined has had a first paid session, and nobody earns it by a trick."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from allauth.usersessions.models import UserSession

from accounts.models import Notification, User
from core import clock
from core.errors import Refused
from core.money import Money
from core.registry import integrity_findings
from payments.account_credit.queries import credit_of
from payments.models import Payment
from payments.signals import payment_refunded
from payments.states import Status
from referrals import qualifying
from referrals.models import Referral, ReferralStatus, RefusalReason, RewardRule
from tests.factories.bookings import BookingFactory
from tests.factories.invoices import BuyerProfileFactory
from tests.factories.payments import PaymentFactory, RefundFactory
from tests.factories.referrals import ReferralFactory, RewardFactory, RewardRuleFactory
from tests.referrals.cast import invited, paid_session, pay

pytestmark = pytest.mark.django_db
TEN = Money(Decimal(10), "EUR")


def decided(referral: Referral) -> Referral:
    qualifying.decide_all(clock.now())
    referral.refresh_from_db()
    return referral


def test_both_get_credit_after_the_first_paid_session(cleo: User, sam: User) -> None:
    referral = invited(cleo, sam)
    assert decided(referral).status == ReferralStatus.JOINED
    booking = paid_session(sam)

    referral = decided(referral)
    decided(referral)  # the job runs again

    assert (referral.status, referral.booking) == (ReferralStatus.REWARDED, booking)
    assert credit_of(cleo.pk) == credit_of(sam.pk) == [TEN]
    titles = Notification.objects.filter(kind="referral").values_list("person__display_name", "title")
    assert sorted(titles) == [
        (name, "You have got €10.00 of credit") for name in sorted((cleo.display_name, sam.display_name))
    ]
    assert not [finding for finding in integrity_findings(clock.now()) if "referral" in finding.check]


def test_who_joins_keeps_what_they_were_promised(cleo: User, sam: User) -> None:
    referral = invited(cleo, sam)
    RewardRuleFactory.create(referrer_amount=0, friend_amount=0, is_on=False)
    paid_session(sam)

    assert decided(referral).status == ReferralStatus.REWARDED
    assert credit_of(cleo.pk) == [TEN]


def test_a_builder_who_joins_is_rewarded_for_the_first_session_that_they_give(cleo: User, sam: User, ada: User) -> None:
    referral = invited(cleo, ada)
    RewardRuleFactory.create(
        kind=RewardRule.Kind.BUILDER, friend_amount=25, created_at=referral.joined_at - timedelta(days=1)
    )
    paid_session(sam, builder=ada)

    assert decided(referral).status == ReferralStatus.REWARDED
    assert (credit_of(cleo.pk), credit_of(ada.pk)) == ([TEN], [Money(Decimal(25), "EUR")])


def cheap(referral: Referral) -> object:
    return paid_session(referral.friend, 30)


def with_the_referrer(referral: Referral) -> object:
    return paid_session(referral.friend, builder=referral.referrer)


def not_paid(referral: Referral) -> object:
    booking = paid_session(referral.friend)
    return Payment.objects.filter(subject_id=booking.pk).update(status=Status.DUE, amount_paid=0)


def paid_with_credit_alone(referral: Referral) -> object:
    booking = paid_session(referral.friend)
    return Payment.objects.filter(subject_id=booking.pk).update(amount_from_credit=80)


def before_joining(referral: Referral) -> object:
    Referral.objects.filter(pk=referral.pk).update(joined_at=clock.now() - timedelta(hours=1))
    return paid_session(referral.friend)


@pytest.mark.parametrize("event", [cheap, with_the_referrer, not_paid, paid_with_credit_alone, before_joining])
def test_sessions_that_do_not_count(event: Callable[[Referral], object], cleo: User, sam: User) -> None:
    referral = invited(cleo, sam)
    event(referral)

    assert decided(referral).status == ReferralStatus.JOINED
    assert credit_of(cleo.pk) == credit_of(sam.pk) == []


def same_mailbox(referral: Referral) -> None:
    User.objects.filter(pk=referral.referrer_id).update(email="cleo.smith@gmail.com")
    User.objects.filter(pk=referral.friend_id).update(email="cleosmith+two@googlemail.com")


def circle(referral: Referral) -> None:
    ReferralFactory.create(code__owner=referral.friend, friend=referral.referrer)


def same_card(referral: Referral) -> None:
    for person in (referral.referrer, referral.friend):
        PaymentFactory.create(payer=person, card_fingerprint="f1")


def same_household(referral: Referral) -> None:
    BuyerProfileFactory.create(owner=referral.referrer, street="Long Road 3", postal_code="10115", country="DE")
    BuyerProfileFactory.create(owner=referral.friend, street="LONG ROAD, 3", postal_code="10 115", country="DE")


FRAUD = {
    RefusalReason.SAME_PERSON: same_mailbox,
    RefusalReason.CIRCLE: circle,
    RefusalReason.CARD: same_card,
    RefusalReason.HOUSEHOLD: same_household,
}


@pytest.mark.parametrize("reason", FRAUD)
def test_tricks_are_refused(reason: RefusalReason, cleo: User, sam: User) -> None:
    referral = invited(cleo, sam)
    FRAUD[reason](referral)
    paid_session(sam)

    referral = decided(referral)

    assert (referral.status, referral.reason) == (ReferralStatus.REFUSED, reason)
    assert credit_of(cleo.pk) == credit_of(sam.pk) == []


def test_what_is_suspicious_waits_for_staff(cleo: User, sam: User, suri: User) -> None:
    referral = invited(cleo, sam)
    sign_in_from("203.0.113.7", cleo, sam)
    paid_session(sam)

    assert decided(referral).status == ReferralStatus.QUALIFIED
    assert credit_of(cleo.pk) == []
    qualifying.approve(referral_id=referral.pk, by=suri, note="They share a flat with six others.")
    assert credit_of(cleo.pk) == [TEN]
    with pytest.raises(Refused):
        qualifying.refuse(referral_id=referral.pk, by=suri, note="Again.")


def sign_in_from(network: str, *people: User) -> None:
    for person in people:
        UserSession.objects.create(user=person, ip=network, session_key=str(person.pk)[:40], user_agent="x")


def pay_with(card: str, *people: User) -> None:
    for person in people:
        PaymentFactory.create(payer=person, card_fingerprint=card)


def test_whoever_pays_themselves_by_another_account_is_refused(cleo: User, sam: User, ada: User) -> None:
    referral = invited(cleo, sam)
    pay_with("f1", sam, ada)
    paid_session(sam, builder=ada)

    assert decided(referral).reason == RefusalReason.SESSION_CARD
    assert credit_of(cleo.pk) == credit_of(sam.pk) == []


def test_a_new_builder_whose_client_has_their_card_is_refused(cleo: User, sam: User, ada: User) -> None:
    referral = invited(cleo, ada)
    RewardRuleFactory.create(kind=RewardRule.Kind.BUILDER, created_at=referral.joined_at - timedelta(days=1))
    pay_with("f1", sam, ada)
    paid_session(sam, builder=ada)

    assert decided(referral).reason == RefusalReason.SESSION_CARD


@pytest.mark.parametrize(
    ("in_common", "values", "suspicion"),
    [
        (lambda cleo, sam, ada: pay_with("f1", cleo, ada), {}, Referral.Suspicion.OTHER_CARD),
        (lambda cleo, sam, ada: sign_in_from("203.0.113.7", cleo, ada), {}, Referral.Suspicion.OTHER_NETWORK),
        (lambda cleo, sam, ada: sign_in_from("203.0.113.7", sam, ada), {}, Referral.Suspicion.OTHER_NETWORK),
        (lambda cleo, sam, ada: sign_in_from("203.0.113.7", sam, ada), {"is_remote": False}, ""),
    ],
    ids=["card of who invited", "network of who invited", "network of who joined", "met in person"],
)
def test_the_other_side_of_the_session_is_looked_at(
    in_common: Callable[[User, User, User], None],
    values: dict[str, Any],
    suspicion: str,
    cleo: User,
    sam: User,
    ada: User,
) -> None:
    referral = invited(cleo, sam)
    in_common(cleo, sam, ada)
    paid_session(sam, builder=ada, **values)

    referral = decided(referral)

    assert referral.suspicion == suspicion
    assert referral.status == (ReferralStatus.QUALIFIED if suspicion else ReferralStatus.REWARDED)


def test_a_person_is_rewarded_for_only_so_many_in_a_year(cleo: User, sam: User) -> None:
    referral = invited(cleo, sam)
    RewardRule.objects.update(most_per_year=1)
    earlier = ReferralFactory.create(code=referral.code)
    RewardFactory.create(referral=earlier, person=cleo)
    paid_session(sam)

    assert decided(referral).status == ReferralStatus.REWARDED
    assert (credit_of(cleo.pk), credit_of(sam.pk)) == ([], [TEN])


def test_a_refund_takes_back_what_was_not_spent(cleo: User, sam: User) -> None:
    referral = invited(cleo, sam)
    booking = paid_session(sam)
    decided(referral)
    payment = Payment.objects.get(subject_id=booking.pk)
    Payment.objects.filter(pk=payment.pk).update(status=Status.REFUNDED, amount_refunded=80)
    payment.refresh_from_db()
    refund = RefundFactory.create(payment=payment)

    for _ in range(2):  # the provider may say so twice
        payment_refunded.send(Payment, payment=payment, refund=refund)

    referral.refresh_from_db()
    assert (referral.status, referral.reason) == (ReferralStatus.REFUSED, RefusalReason.REFUNDED)
    assert credit_of(cleo.pk) == credit_of(sam.pk) == []
    assert not [finding for finding in integrity_findings(clock.now()) if "referral" in finding.check]


def test_whoever_has_no_session_in_time_is_not_rewarded_later(cleo: User, sam: User) -> None:
    referral = invited(cleo, sam, joined_at=clock.now() - timedelta(days=95))
    RewardRule.objects.update(created_at=clock.now() - timedelta(days=200))

    assert decided(referral).reason == RefusalReason.EXPIRED


def test_the_credit_is_in_the_currency_of_whoever_gets_it(
    cleo: User, sam: User, django_assert_max_num_queries: Any
) -> None:
    from core.models import ExchangeRate

    referral = invited(cleo, sam)
    ExchangeRate.objects.update_or_create(currency="EUR", defaults={"per_dollar": 2, "as_of": clock.now().date()})
    pay(BookingFactory.create(client=cleo, currency="USD"), 20)
    paid_session(sam)

    decided(referral)

    assert credit_of(sam.pk) == [TEN]
    assert credit_of(cleo.pk) == [Money(Decimal(5), "USD")]
