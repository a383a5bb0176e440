"""Demo payments of the demo builder's sessions: most paid, some unpaid, part paid, refunded, and a fee that was paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.services import update_builder
from bookings.agreement.transitions import Actor
from bookings.billing import services as billing
from bookings.billing.queries import unpaid
from bookings.billing.rules import KIND, owed_for
from bookings.models import Booking
from bookings.states import Side, State
from core.ids import uuid7
from core.money import Money
from core.registry import DemoPlan
from payments import ledger
from payments.ledger import AccountName, Movement
from payments.models import LedgerAccount, LedgerEntry, Payment, Receipt
from payments.services import ledger_key
from payments.states import Method, Provider, Status

HOW_TO_PAY = (
    "Bank transfer to Ada Moreno, IBAN DE02 1203 0000 0000 2020 51.\nPlease give the reference of your booking."
)
METHODS = (Method.BANK_TRANSFER, Method.BANK_TRANSFER, Method.CASH)


@transaction.atomic
def add_payments(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Adds payments, unless there are some. The three newest are recorded as Ada would, so that there are mails."""
    if Payment.objects.filter(provider=Provider.MANUAL).exists():
        return
    update_builder(profile=ada.builder_profile, how_to_pay=HOW_TO_PAY)
    mine = unpaid(Booking.objects.filter(Q(builder=ada) | Q(client=cleo), client__isnull=False))
    sessions = list(mine.complete().order_by("-starts_at"))
    own = [booking for booking in sessions if booking.builder_id == ada.pk and booking.state == State.COMPLETED]
    own.sort(key=lambda booking: booking.client_id != cleo.pk)  # so that one of Cleo's, the first, is unpaid
    newest = [*own[:1], *sorted(own[1:], key=lambda booking: booking.starts_at, reverse=True)[:5]]
    _add_paid(plan, [booking for booking in sessions if booking not in newest])
    by = Actor(Side.BUILDER, ada)
    for booking, share in zip(newest[2:5], (Decimal("0.5"), Decimal(1), Decimal(1)), strict=False):
        _receive(booking, (booking.total * share).quantize(Decimal(1)), by)
    for booking, share in zip(newest[3:5], (Decimal("0.2"), Decimal(1)), strict=False):
        amount = (booking.total * share).quantize(Decimal(1))
        reason = "We stopped early." if share < 1 else "The recording was lost, so this one is on me."
        billing.refund(booking=booking, amount=amount, reason=reason, key=uuid7(), by=by)
    for booking in newest[5:]:
        _receive(booking, booking.total, by)


def _receive(booking: Booking, amount: Decimal, by: Actor) -> None:
    day = (booking.ends_at + timedelta(days=1)).date()
    billing.record_receipt(
        booking=booking, amount=amount, method=Method.BANK_TRANSFER, received_on=day, note="", key=uuid7(), by=by
    )


def _add_paid(plan: DemoPlan, bookings: Iterable[Booking]) -> None:
    """Adds payments of all that is owed, without notifications, because they are about sessions of long ago."""
    for number, booking in enumerate(bookings):
        owed, at = owed_for(booking), min(booking.ends_at + timedelta(days=2), plan.now)
        method = METHODS[number % len(METHODS)]
        payment = Payment.objects.create(
            subject_kind=KIND, subject_id=booking.pk, subject_reference=booking.reference, payee=booking.builder,
            payer=booking.client, provider=Provider.MANUAL, status=Status.PAID, amount=owed.amount,
            currency=owed.currency, amount_paid=owed.amount, method=method, paid_at=at,
        )  # fmt: skip
        receipt = Receipt.objects.create(
            payment=payment, key=uuid7(), amount=owed.amount, method=method, received_on=at.date(),
            recorded_by=booking.builder,
        )  # fmt: skip
        Payment.objects.filter(pk=payment.pk).update(created_at=at)
        Receipt.objects.filter(pk=receipt.pk).update(created_at=at)
        _post(receipt, payment, owed)


def _post(receipt: Receipt, payment: Payment, owed: Money) -> None:
    movement = Movement(
        AccountName(LedgerAccount.Kind.RECEIVED_DIRECTLY, payment.payee_id),
        AccountName(LedgerAccount.Kind.PAID_DIRECTLY, payment.payee_id),
        owed,
    )
    assert payment.paid_at is not None
    ledger.post(
        reference=f"received:{receipt.pk}",
        kind=LedgerEntry.Kind.RECEIVED,
        occurred_at=payment.paid_at,
        movements=[movement],
        provider_id=ledger_key(payment),
    )
