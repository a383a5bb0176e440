"""What the admin's page of a payment shows of its booking, and how staff find the payments of guests."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from bookings.models import Booking
from payments.lookups import SubjectLookup
from payments.models import Payment


def _links(payment: Payment) -> list[tuple[str, str]]:
    """Returns the page of the booking, and those on which staff refund the payment and correct what was recorded."""
    booking = Booking.objects.filter(pk=payment.subject_id).first()
    if booking is None:
        return []
    links = [(f"Booking {booking.reference}", booking.get_absolute_url())]
    if payment.refundable.amount:
        links.append(("Refund", reverse("bookings:refund", args=[booking.reference])))
    for failed in payment.refunds.all().to_try_again():
        links.append(
            (f"Try the failed refund of {failed.money.shown()} again", f"{booking.get_absolute_url()}#payment")
        )
        address = reverse("bookings:give_up_refund", args=[booking.reference, failed.pk])
        links.append((f"Give up the failed refund of {failed.money.shown()}", address))
    for receipt in payment.receipts.filter(correction=None):
        address = reverse("bookings:correct_receipt", args=[booking.reference, receipt.pk])
        links.append((f"Correct the receipt of {receipt.money.shown()}", address))
    return links


def _search(text: str) -> QuerySet[Any, Any]:
    """Returns the ids of the bookings of guests with this name or email address."""
    guests = Q(guest__name__icontains=text) | Q(guest__email__icontains=text)
    return Booking.objects.filter(guests).order_by().values("pk")


LOOKUP = SubjectLookup(links=_links, search=_search)
