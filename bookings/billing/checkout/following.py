"""Follows what the provider says about the payments of bookings."""

from __future__ import annotations

from django.db import transaction

from bookings.agreement import services as agreement
from bookings.agreement.transitions import fresh
from bookings.billing.checkout import notifications
from bookings.billing.checkout.follow_up import SETTLING, queue_settling
from bookings.billing.rules import KIND
from bookings.models import Booking
from bookings.states import State
from core import clock, outbox
from payments import provider_payments
from payments.checkouts import payment_named
from payments.models import Payment
from payments.states import Status
from payments.stripe.objects import ProviderPayment, ProviderPaymentState

MONEY = (ProviderPaymentState.AUTHORISED, ProviderPaymentState.CAPTURED)


@transaction.atomic
def follow(truth: ProviderPayment) -> None:
    """Copies the provider's payment to ours, then activates the booking, or queues charging or releasing the payment.

    Webhooks, the page to which clients return, and sweeps all end here, in any order and any number of times. The
    booking is locked before its payment, as by all services.
    """
    known = payment_named(truth.reference)
    if known is None or known.subject_kind != KIND:
        return
    booking = fresh(Booking(pk=known.subject_id), None)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=known.pk)
    if provider_payments.is_another(payment, truth):
        if truth.state in MONEY and truth.refunded != truth.money:
            _queue_giving_up(booking, truth.id)
        return
    now = clock.now()
    before = provider_payments.copy(payment, truth, now)
    if before == payment.status:
        return
    if truth.state in MONEY:
        booking = agreement.start_paid(booking=booking, now=now)
    if truth.state is ProviderPaymentState.CAPTURED and before in (Status.DUE, Status.FAILED, Status.AUTHORISED):
        notifications.payment_taken(booking, payment)
    has_lost_reservation = before == Status.AUTHORISED and payment.status == Status.FAILED
    if has_lost_reservation and booking.state in (State.CONFIRMED, State.IN_PROGRESS):
        notifications.reservation_ended(booking, payment)
    notifications.publish(booking)
    if booking.state in (State.PENDING, State.CANCELLED):
        queue_settling(booking, f"{truth.id}:{payment.status}")


def _queue_giving_up(booking: Booking, intent_id: str) -> None:
    outbox.put(
        event=f"another:{intent_id}", channel=SETTLING, recipient=str(booking.pk),
        payload={"booking": str(booking.pk), "another": intent_id},
    )  # fmt: skip
