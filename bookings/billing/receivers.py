"""Receivers of the signals of the app `payments`."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from bookings.billing import notifications
from bookings.billing.refunding import give_back_excess
from bookings.billing.rules import KIND
from bookings.models import Booking
from payments.models import Correction, Payment, PaymentDispute, Receipt, Refund
from payments.signals import (
    payment_captured,
    payment_disputed,
    payment_refunded,
    receipt_corrected,
    refund_failed,
    refund_given_up,
)


@receiver(payment_captured, dispatch_uid="bookings")
def notify_of_receipt(sender: Any, payment: Payment, receipt: Receipt, **kwargs: Any) -> None:
    if payment.subject_kind == KIND:
        booking = Booking.objects.complete().get(pk=payment.subject_id)
        notifications.receipt_recorded(booking, payment, receipt)


@receiver(payment_refunded, dispatch_uid="bookings")
def notify_of_refund(sender: Any, payment: Payment, refund: Refund, **kwargs: Any) -> None:
    if payment.subject_kind == KIND:
        booking = Booking.objects.complete().get(pk=payment.subject_id)
        notifications.refund_made(booking, payment, refund)


@receiver(refund_failed, dispatch_uid="bookings")
def notify_of_failed_refund(sender: Any, payment: Payment, refund: Refund, **kwargs: Any) -> None:
    if payment.subject_kind == KIND:
        booking = Booking.objects.complete().get(pk=payment.subject_id)
        notifications.refund_failed(booking, refund)


@receiver(refund_given_up, dispatch_uid="bookings")
def notify_of_refund_given_up(sender: Any, payment: Payment, refund: Refund, **kwargs: Any) -> None:
    if payment.subject_kind == KIND:
        booking = Booking.objects.complete().get(pk=payment.subject_id)
        notifications.refund_given_up(booking, refund)


@receiver(receipt_corrected, dispatch_uid="bookings")
def notify_of_correction(sender: Any, payment: Payment, correction: Correction, **kwargs: Any) -> None:
    if payment.subject_kind == KIND:
        booking = Booking.objects.complete().get(pk=payment.subject_id)
        notifications.receipt_corrected(booking, payment, correction)


@receiver(payment_disputed, dispatch_uid="bookings")
def give_back_after_dispute(sender: Any, payment: Payment, dispute: PaymentDispute, before: str, **kwargs: Any) -> None:
    """Gives back what a cancelled booking owes its client, once their bank has left the money with the builder. The
    booking itself never changes."""
    if payment.subject_kind == KIND and not dispute.is_open:
        give_back_excess(Booking.objects.get(pk=payment.subject_id), payment)
