"""What invoices say of bookings, and the pages on which clients and guests find theirs."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bookings.agreement.signed_links import Purpose, path_for
from bookings.billing.notifications import mail_guest
from bookings.meetings.places import AT_CLIENT
from bookings.meetings.rules import in_person_at
from bookings.models import Booking
from bookings.states import State
from coaching.models import SessionType
from payments.invoices.states import SupplyPlace
from payments.invoices.subjects import SoldSubject
from payments.models import Payment


def sold(payment: Payment) -> SoldSubject | None:
    """Returns what was sold with the payment of a booking: its session, or the fee for cancelling it. Two queries."""
    booking = Booking.objects.complete().filter(pk=payment.subject_id).first()
    if booking is None:
        return None
    session_type = SessionType.objects.select_related("tax_kind").only("tax_kind").get(pk=booking.session_type_id)
    is_fee = booking.state == State.CANCELLED and bool(booking.cancel_fee)
    text = f"Fee for cancelling {booking.title}" if is_fee else booking.title
    return SoldSubject(
        text=f"{text} ({booking.reference})", supplied_on=booking.starts_at.astimezone(ZoneInfo(booking.builder.timezone)).date(),
        place=_place(booking), buyer_name=booking.client_name,
        buyer_email=booking.guest.email if booking.client is None and booking.guest else "", zone=booking.timezone, tax_kind=session_type.tax_kind,
    )  # fmt: skip


def _place(booking: Booking) -> SupplyPlace:
    if booking.is_remote:
        return SupplyPlace.REMOTE
    return SupplyPlace.AT_BUYER if in_person_at(booking) == AT_CLIENT else SupplyPlace.AT_SELLER


def mail_invoice(payment: Payment, event: str, title: str, text: str) -> None:
    """Mails the guest of a booking that there is an invoice, with a link that works without signing in."""
    booking = Booking.objects.complete().get(pk=payment.subject_id)
    if booking.client is None and booking.guest is not None:
        path = path_for(booking, Purpose.MAIL, "guest_invoice")
        mail_guest(booking, event, title, text, path=path, label="See it")
