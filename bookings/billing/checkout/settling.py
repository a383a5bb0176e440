"""Charges or releases what is reserved for a booking, depending on its current state.

Repeating this changes nothing.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from bookings.agreement import services as agreement
from bookings.agreement.transitions import fresh
from bookings.billing.checkout.follow_up import SETTLING
from bookings.billing.refunding import give_back_excess
from bookings.billing.rules import KIND, owed_for
from bookings.models import Booking
from bookings.states import State
from core import outbox
from core.models import OutboxMessage
from core.outbox import Undeliverable
from payments import checkouts
from payments.models import Payment
from payments.states import Provider, Status, Timing
from payments.stripe.errors import PaymentRefused


def deliver(message: OutboxMessage) -> None:
    """Settles the payment of a booking, and one that came in beside it. Raises an exception to be tried again."""
    booking = Booking.objects.complete().get(pk=message.payload["booking"])
    settle(booking)
    if another := message.payload.get("another"):
        checkouts.give_up(another)


def settle(booking: Booking) -> None:
    """Closes the page of a booking that nobody has to pay any more, takes what is reserved for one that is agreed, and
    of one that was cancelled only its fee. What was taken of a cancelled one before is given back.
    """
    payment = Payment.objects.filter(subject_kind=KIND, subject_id=booking.pk, provider=Provider.STRIPE).first()
    if payment is None:
        return
    is_cancelled = booking.state == State.CANCELLED
    live = checkouts.live_checkout(payment.pk)
    if live is not None and is_cancelled and live.money != payment.due:
        checkouts.close_page(live)
        payment.refresh_from_db()
    if payment.status == Status.AUTHORISED:
        _take_or_give_up(booking, payment)
    elif _has_lost_its_payment(booking, payment):
        agreement.end_with_lost_payment(booking=booking)
    _give_back(booking)


def settle_again() -> None:
    """Queues the payments again that are still reserved although the outbox gave up, such as after days without Stripe."""
    for message in OutboxMessage.objects.filter(channel=SETTLING, state=OutboxMessage.State.DEAD):
        reserved = Payment.objects.filter(subject_id=message.payload["booking"], status=Status.AUTHORISED)
        if reserved.exists():
            outbox.retry(message)


@transaction.atomic
def _give_back(booking: Booking) -> None:
    """Refunds what came in after the booking was cancelled, or while it was."""
    current = fresh(booking, None)
    payment = Payment.objects.select_for_update(no_key=True).get(subject_kind=KIND, subject_id=current.pk)
    give_back_excess(current, payment)


def _take_or_give_up(booking: Booking, payment: Payment) -> None:
    from payments.stripe import operations, refreshing  # with the SDK, which takes a while to import

    is_request = booking.state == State.PENDING and not booking.is_invited
    if is_request:
        return  # it is taken once the builder confirms
    owed = owed_for(booking)
    to_take = payment.money(max(owed.amount - payment.amount_paid, Decimal(0)))  # credit has paid for the rest
    try:
        if to_take.amount:
            operations.capture(payment.intent_id, to_take if booking.state == State.CANCELLED else None)
        else:
            operations.cancel(payment.intent_id)
    except PaymentRefused as refused:
        if not _has_moved(payment):
            raise Undeliverable(str(refused)) from None
        return
    refreshing.refresh_payment(payment.intent_id)


def _has_moved(payment: Payment) -> bool:
    """Whether the provider's payment is now in a different state, which is then copied to the row."""
    from payments.stripe import refreshing  # with the SDK, which takes a while to import

    refreshing.refresh_payment(payment.intent_id)
    return not Payment.objects.filter(pk=payment.pk, status=Status.AUTHORISED).exists()


def _has_lost_its_payment(booking: Booking, payment: Payment) -> bool:
    """Whether what was reserved for a request has ended at the provider before the builder answered."""
    is_request = booking.state == State.PENDING and not booking.is_invited
    waits_for_answer = is_request and booking.payment_timing == Timing.AT_BOOKING and booking.payment_due_at is None
    return waits_for_answer and payment.status == Status.FAILED
