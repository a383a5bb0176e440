"""Adds refunds and rewards to a client's credit, and pays with it.

The account of the ledger is locked before its balance is read, so that two payments at once never use more than there
is. The payment is locked before, as everywhere.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core import clock
from core.errors import Refused
from core.money import Money, from_minor_units, in_minor_units
from payments import ledger
from payments.account_credit.queries import CREDIT, credit_in, legs_of
from payments.account_credit.rules import left_of, usable_for
from payments.ledger import AccountName, Movement
from payments.models import Checkout, LedgerAccount, LedgerEntry, Payment, Refund
from payments.payouts import adjusting
from payments.refusals import PaymentRefusal
from payments.services import ledger_key, save_sums
from payments.signals import payment_taken
from payments.states import Provider, Status

REWARDS = AccountName(LedgerAccount.Kind.REWARDS)
METHOD = "credit"  # of a payment of which nothing was paid by card


@transaction.atomic
def add(refund: Refund) -> None:
    """Adds a refund to the credit of whoever has paid. Called once, in the transaction that creates it."""
    payment = refund.payment
    assert payment.payer_id is not None
    ledger.post(
        reference=f"refund_as_credit:{refund.pk}",
        kind=LedgerEntry.Kind.REFUND_AS_CREDIT,
        occurred_at=clock.now(),
        movements=[Movement(ledger.funds_of(payment.payee_id), AccountName(CREDIT, payment.payer_id), refund.money)],
        provider_id=ledger_key(payment),
    )


@transaction.atomic
def add_reward(*, person_id: UUID, money: Money, reference: str) -> bool:
    """Adds a reward to the person's credit, which Waymark pays for. Returns False if it was added before."""
    return ledger.post(
        reference=f"reward:{reference}",
        kind=LedgerEntry.Kind.REWARD,
        occurred_at=clock.now(),
        movements=[Movement(REWARDS, AccountName(CREDIT, person_id), money)],
        provider_id=f"reward:{reference}",
    )


@transaction.atomic
def take_back_reward(*, person_id: UUID, money: Money, reference: str) -> Money:
    """Takes a reward back, as far as the person has not spent it, and returns how much that is. Their refunds stay theirs."""
    credit = _locked_credit(person_id, money.currency)
    key = f"reward:{reference}"
    left = from_minor_units(left_of(key, legs_of(person_id, money.currency)), money.currency)
    taken = Money(min(left.amount, credit.amount, money.amount), money.currency)
    if taken.amount > 0:
        ledger.post(
            reference=f"reward_taken_back:{reference}",
            kind=LedgerEntry.Kind.REWARD_TAKEN_BACK,
            occurred_at=clock.now(),
            movements=[Movement(AccountName(CREDIT, person_id), REWARDS, taken)],
            provider_id=key,
        )
    return taken


@transaction.atomic
def spend(*, payment: Payment) -> Money:
    """Pays with the client's credit as much of what is due as it covers, and returns how much that is. The payment is locked.

    Refuses without credit, and while the payment can still be made on a page of the provider, which shows another sum.
    """
    if payment.provider != Provider.STRIPE or payment.status not in (Status.DUE, Status.FAILED):
        raise Refused(PaymentRefusal.NOTHING_DUE)
    if not payment.due.amount:
        raise Refused(PaymentRefusal.NOTHING_DUE)
    states = set(payment.checkouts.values_list("state", flat=True))
    if Checkout.State.OPEN in states or (payment.status == Status.DUE and Checkout.State.COMPLETE in states):
        raise Refused(PaymentRefusal.NOTHING_DUE, "A payment by card is on its way. Check it first.")
    payment.checkouts.filter(state=Checkout.State.NEW).update(state=Checkout.State.EXPIRED)
    money = _take(payment)
    now = clock.now()
    payment.amount_from_credit += money.amount
    payment.amount_paid += money.amount
    payment.method = payment.method or METHOD
    save_sums(payment, now)
    adjusting.adjust(payment)  # the builder may have been paid out what was paid before
    if not payment.due.amount:
        payment_taken.send(Payment, payment=payment)
    return money


def _take(payment: Payment) -> Money:
    """Moves the credit that pays for what is due to the builder's side of the ledger."""
    if payment.payer_id is None:
        raise Refused(PaymentRefusal.NO_CREDIT)
    money = usable_for(_locked_credit(payment.payer_id, payment.currency), payment.due)
    if not money.amount:
        raise Refused(PaymentRefusal.NO_CREDIT)
    total = payment.money(payment.amount_from_credit + money.amount)
    ledger.post(
        reference=f"paid_with_credit:{payment.pk}:{in_minor_units(total)}",
        kind=LedgerEntry.Kind.PAID_WITH_CREDIT,
        occurred_at=clock.now(),
        movements=[Movement(AccountName(CREDIT, payment.payer_id), ledger.funds_of(payment.payee_id), money)],
        provider_id=ledger_key(payment),
    )
    return money


def _locked_credit(person_id: UUID, currency: str) -> Money:
    rows = LedgerAccount.objects.filter(kind=CREDIT, owner=person_id, currency=currency)
    list(rows.select_for_update(no_key=True))
    return credit_in(person_id, currency)
