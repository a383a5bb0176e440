"""Records payments that a builder receives directly; `payments.refunds` gives money back, `payments.corrections` corrects.

Each function locks the payment's row, checks its sums, writes the receipt with its ledger entry and sends a signal, in
one transaction. A receipt with a key that is known changes nothing, and is refused if the key belongs to another payment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from core import audit, clock
from core.errors import Refusal, Refused
from core.money import BadMoney, Money
from payments import ledger
from payments.ledger import AccountName, Movement
from payments.models import LedgerAccount, LedgerEntry, Payment, Receipt
from payments.payouts.fees import fee_percent_for
from payments.refusals import PaymentRefusal
from payments.signals import payment_captured
from payments.states import Method, Provider, Status, is_allowed, status_of_sums


@dataclass(frozen=True)
class PaymentClaim:
    """What somebody owes: for which subject, how much, and to whom."""

    kind: str
    id: UUID
    reference: str
    amount: Money
    payee_id: UUID | None  # None for what is paid to Waymark itself
    payer_id: UUID | None


@transaction.atomic
def payment_of(claim: PaymentClaim, provider: Provider = Provider.MANUAL) -> Payment:
    """Returns the payment of the claim, locked until the transaction ends. It is created if there is none."""
    defaults: dict[str, Any] = {
        "subject_reference": claim.reference,
        "payee_id": claim.payee_id,
        "payer_id": claim.payer_id,
        "provider": provider,
        "amount": claim.amount.amount,
        "currency": claim.amount.currency,
        "fee_percent": partial(_fee_percent, claim, provider),  # called only if the row is created
    }
    Payment.objects.get_or_create(subject_kind=claim.kind, subject_id=claim.id, defaults=defaults)
    return Payment.objects.select_for_update(no_key=True).get(subject_kind=claim.kind, subject_id=claim.id)


def _fee_percent(claim: PaymentClaim, provider: Provider) -> Decimal | None:
    if provider == Provider.MANUAL or claim.payee_id is None:
        return None
    return fee_percent_for(claim.payee_id)


@transaction.atomic
def set_amount(*, kind: str, subject_id: UUID, amount: Decimal) -> Payment | None:
    """Sets the whole sum of a payment, such as to the fee of a cancelled booking, and returns it, if there is one."""
    payment = Payment.objects.select_for_update(no_key=True).filter(subject_kind=kind, subject_id=subject_id).first()
    if payment is not None and payment.amount != amount:
        payment.amount = amount
        save_sums(payment, clock.now())
    return payment


def set_payer(*, kind: str, subject_id: UUID, payer: User) -> None:
    """Saves who has paid for a subject whose client had no account until now."""
    Payment.objects.filter(subject_kind=kind, subject_id=subject_id, payer=None).update(
        payer=payer, changed_at=clock.now()
    )


@transaction.atomic
def record_receipt(
    *, claim: PaymentClaim, amount: Decimal, method: Method, received_on: date, note: str, key: UUID, by: User
) -> Payment:
    """Records money that came in for the claim: all that is due, or a part of it."""
    payment, now = payment_of(claim), clock.now()
    former = Receipt.objects.filter(key=key).first()
    if former is not None and former.payment_id != payment.pk:
        raise Refused(PaymentRefusal.KEY_OF_ANOTHER)
    if former is not None:
        return payment
    if payment.provider != Provider.MANUAL:
        raise Refused(PaymentRefusal.NOTHING_DUE, "This is paid through Waymark.")
    if not payment.due.amount:
        raise Refused(PaymentRefusal.NOTHING_DUE)
    money = positive_money(amount, payment.currency)
    if money.amount > payment.due.amount:
        raise wrong_value("amount", f"That is more than is due: {payment.due.shown()}.")
    if received_on > now.date() + timedelta(days=1):  # tomorrow has begun in some time zones
        raise wrong_value("received_on", "Enter a day that is not in the future.")
    receipt = Receipt.objects.create(
        payment=payment, key=key, amount=amount, method=method, received_on=received_on, note=note, recorded_by=by
    )
    payment.amount_paid += amount
    payment.method = method
    save_sums(payment, now)
    account = AccountName(LedgerAccount.Kind.RECEIVED_DIRECTLY, payment.payee_id)
    other_side = AccountName(LedgerAccount.Kind.PAID_DIRECTLY, payment.payee_id)
    post_entry(f"received:{receipt.pk}", LedgerEntry.Kind.RECEIVED, Movement(account, other_side, money), payment, now)
    after = {"amount": str(amount), "currency": payment.currency, "receipt": str(receipt.pk)}
    audit.record(actor=by, action="receipt recorded", subject=payment, before=None, after=after)
    payment_captured.send(Payment, payment=payment, receipt=receipt)
    return payment


def positive_money(amount: Decimal, currency: str) -> Money:
    """Returns the amount as money. Refuses zero, negative amounts, and more decimals than the currency has."""
    try:
        money = Money(amount, currency)
    except BadMoney as bad:
        raise wrong_value("amount", str(bad)) from None
    if money.amount <= 0:
        raise wrong_value("amount", "Enter an amount above zero.")
    return money


def wrong_value(field: str, sentence: str) -> Refused:
    return Refused(Refusal.INVALID, fields={field: [sentence]})


def save_sums(payment: Payment, now: datetime) -> None:
    status = _status_of(payment)
    if not is_allowed(payment.status, status):
        raise AssertionError(f"{payment} cannot become {status}")
    payment.status = status
    if payment.amount_paid and not payment.due.amount and payment.paid_at is None:
        payment.paid_at = now
    payment.save()


def _status_of(payment: Payment) -> Status:
    """Returns the status after a change of the sums. What is reserved or disputed stays so until the provider says
    otherwise, and a payment that failed stays failed while it is due."""
    current, is_due = Status(payment.status), bool(payment.due.amount)
    if current in (Status.AUTHORISED, Status.DISPUTED) or (current == Status.FAILED and is_due):
        return current
    return status_of_sums(payment.amount, payment.amount_paid, payment.amount_refunded)


LEDGER_KEY = "payment:"


def ledger_key(payment: Payment) -> str:
    """Returns the text by which the ledger's entries of this payment are found."""
    return f"{LEDGER_KEY}{payment.pk}"


def post_entry(reference: str, kind: LedgerEntry.Kind, movement: Movement, payment: Payment, now: datetime) -> None:
    ledger.post(reference=reference, kind=kind, occurred_at=now, movements=[movement], provider_id=ledger_key(payment))
