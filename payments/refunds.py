"""Refunds payments: records what a builder gave back directly, asks Stripe for a refund, or adds it to the client's credit.

A refund through Stripe is a row first, which counts as refunded at once. So two refunds at the same time never give
back more than was paid. After the commit the outbox asks Stripe for it, with an idempotency key from the row, and what
Stripe says of it later is saved by `follow`. So a worker that is killed on the way leads to one refund. What was paid
with credit goes back to it, and so does what the client has agreed to keep as credit (`payments.account_credit`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from accounts.roles import STAFF
from core import audit, clock, outbox
from core.errors import Refusal, Refused
from core.ids import uuid7
from core.money import BadMoney, Money
from payments.account_credit import services as account_credit
from payments.ledger import AccountName, Movement
from payments.models import LedgerAccount, LedgerEntry, Payment, Refund
from payments.payouts import adjusting
from payments.refusals import PaymentRefusal
from payments.services import positive_money, post_entry, save_sums, wrong_value
from payments.signals import payment_refunded, refund_failed, refund_given_up
from payments.states import Provider, RefundStatus
from payments.stripe.amounts import in_stripe_units

if TYPE_CHECKING:
    from payments.stripe.objects import ProviderPayment, ProviderRefund

CHANNEL = "refund"
AT_STRIPE = "Refunded in Stripe's dashboard."
OUTCOMES = {"succeeded": RefundStatus.DONE, "failed": RefundStatus.FAILED, "canceled": RefundStatus.FAILED}
RETURNED_BY_BANK = "The bank did not accept the refund, and the money came back."
TOO_LITTLE_LEFT = "Too little of the payment was left, because it had already been refunded in Stripe."
BANK_ASKS = (
    "The client's bank has asked about this payment. Refund it to the original payment method, which answers the bank."
)
OwnRefund = Callable[[Payment, "Decimal | None", str, User, "str | None"], Refund]
_own_refunds: dict[str, OwnRefund] = {}
ORDER = [RefundStatus.PENDING, RefundStatus.DONE, RefundStatus.FAILED]


def register_own_refund(kind: str, refund: OwnRefund) -> None:
    """Registers how payments for a kind of subject are refunded where more follows from it, as for packages."""
    _own_refunds[kind] = refund


def refund_for(
    *, payment: Payment, amount: Decimal | None, reason: str, by: User, consent: str | None = None
) -> Refund:
    """Refunds a payment in the way of its subject, for callers that know no subjects, such as the API."""
    own = _own_refunds.get(payment.subject_kind)
    if own is not None:
        _check_rights(payment, by)
        return own(payment, amount, reason, by, consent)
    return refund(payment=payment, amount=amount, reason=reason, by=by, consent=consent)


@transaction.atomic
def refund(
    *,
    payment: Payment,
    amount: Decimal | None,
    reason: str,
    by: User | None,
    key: UUID | None = None,
    consent: str | None = None,
) -> Refund:
    """Refunds an amount to the original payment method; without an amount, all that is left. With `consent`, which says how
    the client agreed to that, it is added to their credit instead.

    `by` is the builder of the payment or staff; None is Waymark itself, which refunds after a cancellation. A key that
    is known changes nothing, and is refused if it belongs to another payment. Of a payment that was made with a card and
    with credit, a refund that needs both is two: the one to the card is returned.
    """
    _check_rights(payment, by)
    current = _locked(payment.pk)
    former = Refund.objects.filter(key=key).first() if key else None
    if former is not None and former.payment_id != current.pk:
        raise Refused(PaymentRefusal.KEY_OF_ANOTHER)
    if former is not None:
        return former
    sides = _sides(current, _checked(current, amount), consent)
    new = [
        _create(current, money, reason, by, key=key or uuid7() if number == 0 else uuid7(), consent=own_consent)
        for number, (money, own_consent) in enumerate(sides)
    ]
    return new[0]


def _sides(payment: Payment, money: Money, consent: str | None) -> list[tuple[Money, str | None]]:
    """Returns where a refund goes: first what goes back to the card, then what becomes credit again."""
    if consent is not None:
        if not consent.strip():
            raise wrong_value("consent", "Say how the client agreed to get credit. They will see it.")
        return [(money, consent.strip()[:500])]
    to_card = payment.money(min(money.amount, _refundable_to_card(payment)))
    to_credit = payment.money(money.amount - to_card.amount)
    return [(part, side) for part, side in ((to_card, None), (to_credit, "")) if part.amount]


def _refundable_to_card(payment: Payment) -> Decimal:
    """Returns what is left of the part that was not paid with credit. One query for a payment with credit."""
    if not payment.amount_from_credit:
        return payment.refundable.amount
    to_card = payment.refunds.all().counting().filter(as_credit=False).aggregate(total=Sum("amount"))["total"]
    left = payment.amount_paid - payment.amount_from_credit - payment.amount_lost - (to_card or Decimal(0))
    return max(min(left, payment.refundable.amount), Decimal(0))


@transaction.atomic
def try_again(*, refund: Refund, by: User) -> Refund:
    """Makes another refund in the place of one that has failed; returns the one that was made before, if there is one."""
    _check_rights(refund.payment, by)
    current = _locked(refund.payment_id)
    failed = Refund.objects.get(pk=refund.pk)
    former = Refund.objects.filter(retry_of=failed).first()
    if former is not None:
        return former
    if failed.status != RefundStatus.FAILED:
        raise Refused(PaymentRefusal.REFUND_NOT_FAILED)
    if failed.given_up_at is not None:
        raise Refused(PaymentRefusal.REFUND_NOT_FAILED, "This refund was given up. Make a new one instead.")
    money = _checked(current, failed.amount)
    return _create(current, money, failed.reason, by, key=uuid7(), retry_of=failed)


@transaction.atomic
def give_up(*, refund: Refund, reason: str, by: User) -> Refund:
    """Decides that a refund that has failed is not tried again, so that the payment is paid out. By the builder of the
    payment or staff, with a reason that both sides read. Giving it up again changes nothing."""
    _check_rights(refund.payment, by)
    payment = _locked(refund.payment_id)
    failed = Refund.objects.get(pk=refund.pk)
    if failed.given_up_at is not None:
        return failed
    if not Refund.objects.to_try_again().filter(pk=failed.pk).exists():
        raise Refused(PaymentRefusal.REFUND_NOT_FAILED)
    if not reason.strip():
        raise wrong_value("reason", "Give a reason: the client will see it.")
    failed.given_up_at, failed.given_up_by, failed.given_up_reason = clock.now(), by, reason.strip()[:500]
    failed.save()
    after = {"amount": str(failed.amount), "currency": payment.currency, "refund": str(failed.pk)}
    audit.record(actor=by, action="refund given up", subject=payment, before=None, after=after)
    refund_given_up.send(Payment, payment=payment, refund=failed)
    return failed


def _check_rights(payment: Payment, by: User | None) -> None:
    if by is not None and payment.payee_id != by.pk and not set(by.roles) & STAFF:
        raise Refused(Refusal.FORBIDDEN)


def _locked(payment_id: UUID) -> Payment:
    return Payment.objects.select_for_update(no_key=True).get(pk=payment_id)


def _create(
    payment: Payment,
    money: Money,
    reason: str,
    by: User | None,
    *,
    key: UUID,
    retry_of: Refund | None = None,
    consent: str | None = None,
) -> Refund:
    """Creates a refund of the payment, whose row is locked; with `consent`, which may be empty, as credit."""
    now, is_direct, as_credit = clock.now(), payment.provider == Provider.MANUAL, consent is not None
    if not reason.strip():
        raise wrong_value("reason", "Give a reason. The client will see it.")
    if consent:
        _check_credit(payment)
    new = Refund.objects.create(
        payment=payment,
        key=key,
        amount=money.amount,
        reason=reason.strip()[:500],
        recorded_by=by,
        status=RefundStatus.DONE if is_direct or as_credit else RefundStatus.PENDING,
        retry_of=retry_of,
        as_credit=as_credit,
        consent=consent or "",
    )
    payment.amount_refunded += new.amount
    payment.refunded_at = now
    save_sums(payment, now)
    if as_credit:
        account_credit.add(new)
        adjusting.adjust(payment)
    elif is_direct:
        _post_returned(payment, new, now)
    else:
        outbox.put(event=f"refund:{new.pk}", channel=CHANNEL, recipient="stripe", payload={"refund": str(new.pk)})
    if by is not None:
        after = {"amount": str(new.amount), "currency": payment.currency, "refund": str(new.pk)}
        after |= {"consent": new.consent} if new.consent else {}
        audit.record(actor=by, action="refund made", subject=payment, before=None, after=after)
    payment_refunded.send(Payment, payment=payment, refund=new)
    return new


def _check_credit(payment: Payment) -> None:
    """Refuses credit for money that Waymark does not have or that a bank may take back, and for clients without an account.

    What was paid with credit goes back to it in any case, so that a booking can be ended whatever has become of its client.
    """
    if payment.provider == Provider.MANUAL:
        raise Refused(PaymentRefusal.NOT_PAYABLE, "This was paid to the builder directly, so it cannot become credit.")
    if payment.payer is None or not payment.payer.is_active:
        raise Refused(PaymentRefusal.NO_ACCOUNT)
    if payment.disputes.all().open().exists():
        raise Refused(PaymentRefusal.PAYMENT_DISPUTED, BANK_ASKS)


def _checked(payment: Payment, amount: Decimal | None) -> Money:
    """Returns the sum to give back. Refuses more than is left, and sums that the provider does not take."""
    if payment.disputes.all().open().filter(is_refundable=False).exists():
        raise Refused(PaymentRefusal.PAYMENT_DISPUTED)
    left = payment.refundable
    money = left if amount is None else positive_money(amount, payment.currency)
    if not left.amount or money.amount > left.amount:
        raise Refused(PaymentRefusal.OVER_REFUND, f"That is more than is left of the payment: {left.shown()}.")
    if payment.provider == Provider.STRIPE:
        try:
            in_stripe_units(money)
        except BadMoney as bad:
            raise wrong_value("amount", str(bad)) from None
    return money


def _post_returned(payment: Payment, new: Refund, now: datetime) -> None:
    account = AccountName(LedgerAccount.Kind.RECEIVED_DIRECTLY, payment.payee_id)
    other_side = AccountName(LedgerAccount.Kind.PAID_DIRECTLY, payment.payee_id)
    post_entry(f"returned:{new.pk}", LedgerEntry.Kind.RETURNED, Movement(other_side, account, new.money), payment, now)


@transaction.atomic
def save_refusal(refused: Refund, problem: str) -> None:
    """Saves that Stripe refuses a refund, for this reason."""
    payment = _locked(refused.payment_id)
    current = Refund.objects.get(pk=refused.pk)
    if current.status == RefundStatus.PENDING:
        _fail(payment, current, problem)
        _add_up(payment)


def follow(paid: ProviderPayment) -> None:
    """Saves what became of the refunds of a payment as Stripe has it. Called in the transaction that posts them."""
    payment = Payment.objects.select_for_update(no_key=True).filter(provider=Provider.STRIPE, intent_id=paid.id).first()
    if payment is None:
        return
    own, new = list(payment.refunds.all()), []
    for remote in paid.refunds:
        known = next((row for row in own if row.provider_id == remote.id or str(row.pk) == remote.key), None)
        row = known or _made_at_stripe(payment, remote)
        _save_outcome(payment, row, remote)
        if known is None and row.status != RefundStatus.FAILED:
            new.append(row)
    _add_up(payment)
    for row in new:
        payment_refunded.send(Payment, payment=payment, refund=row)


def _made_at_stripe(payment: Payment, remote: ProviderRefund) -> Refund:
    """Returns a new row for a refund that somebody made in Stripe's dashboard."""
    return Refund(
        payment=payment, key=uuid7(), amount=remote.money.amount, reason=AT_STRIPE, status=RefundStatus.PENDING
    )


def _save_outcome(payment: Payment, row: Refund, remote: ProviderRefund) -> None:
    """Saves what Stripe says of a refund, unless something later is known: it goes from pending to done to failed."""
    outcome = OUTCOMES.get(remote.status, RefundStatus.PENDING)
    is_known = row.provider_id == remote.id
    if is_known and ORDER.index(outcome) <= ORDER.index(RefundStatus(row.status)):
        return
    row.provider_id = remote.id
    if outcome == RefundStatus.FAILED:
        _fail(payment, row, RETURNED_BY_BANK)
        return
    row.status, row.problem = outcome, ""
    row.save()


def _fail(payment: Payment, row: Refund, problem: str) -> None:
    row.status, row.problem = RefundStatus.FAILED, problem[:300]
    row.save()
    refund_failed.send(Payment, payment=payment, refund=row)


def _add_up(payment: Payment) -> None:
    """Sets the refunded sum to that of the refunds that have not failed.

    Those that Stripe was not asked for yet fail if there is too little left for them, after a refund in its dashboard.
    What was refunded beyond the payment, `audit_integrity` says.
    """
    total = payment.refunds.all().counting().aggregate(total=Sum("amount"))["total"] or Decimal(0)
    if total > payment.amount_paid:
        for waiting in payment.refunds.filter(status=RefundStatus.PENDING, provider_id="").order_by("-created_at"):
            if total > payment.amount_paid:
                _fail(payment, waiting, TOO_LITTLE_LEFT)
                total -= waiting.amount
    total = min(
        total, payment.amount_paid
    )  # more was refunded where somebody did so in Stripe after a refund as credit
    if total != payment.amount_refunded:
        payment.amount_refunded = total
        save_sums(payment, clock.now())
