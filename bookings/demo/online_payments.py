"""Demo payments through the stand-in for Stripe: one reserved, one taken of which a part became credit, one declined, one
that nobody made in time, and a session that is over and not paid yet. Only where the stand-in runs, because its books have
to know them too."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from accounts.models import User
from bookings.agreement import services as agreement
from bookings.agreement.requests import BookingRequest, check
from bookings.agreement.transitions import Actor
from bookings.billing import services as billing
from bookings.billing.checkout import services, settling
from bookings.billing.checkout.follow_up import queue_asking
from bookings.billing.queries import unpaid
from bookings.models import Booking
from bookings.states import Side, State
from coaching.models import SessionType
from coaching.queries import session_type_to_book
from core import http
from core.ids import uuid7
from core.registry import DemoPlan
from payments.models import Payment
from payments.states import Provider, Timing
from scheduling.claims import Visitor
from scheduling.loading import moment
from scheduling.queries import free_times

GOOD, DECLINED = "4242424242424242", "4000000000000002"  # test cards of Stripe
FIRST_DAY, DAYS = timedelta(days=9), timedelta(days=20)


def add_online_payments(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Adds the payments, unless there are some, or no stand-in runs."""
    is_ours = settings.SANDBOX_URL and settings.STRIPE_API_BASE.startswith(settings.SANDBOX_URL)
    if not is_ours or Payment.objects.filter(provider=Provider.STRIPE, authorised_at__isnull=False).exists():
        return
    session_type = session_type_to_book(builder=ada, payment_timing=Timing.AT_BOOKING, auto_confirm=False)
    if session_type is None:
        return
    starts = _free_starts(session_type, plan.now, f"person:{cleo.pk}")
    _book_and_pay(session_type, starts[0], cleo, GOOD)
    taken = _book_and_pay(session_type, starts[1], cleo, GOOD)
    _book_and_pay(session_type, starts[2], cleo, DECLINED)
    late = _book(session_type, starts[3], cleo)
    agreement.confirm(booking=taken, by=Actor(Side.BUILDER, ada))
    settling.settle(Booking.objects.complete().get(pk=taken.pk))
    _refund_as_credit(taken, ada)
    Booking.objects.filter(pk=late.pk).update(payment_due_at=plan.now)
    late.refresh_from_db()
    services.end_unpaid(booking=late, now=plan.now)
    _ask_for_one_that_is_over(ada, cleo)


def _free_starts(session_type: SessionType, now: datetime, holder: str) -> list[datetime]:
    """Returns four free times on different days."""
    window = (int((now + FIRST_DAY).timestamp()), int((now + FIRST_DAY + DAYS).timestamp()))
    days: dict[object, datetime] = {}
    for slot in free_times(session_type, session_type.default_minutes, window, now, holder):
        start = moment(slot.start)
        days.setdefault(start.date(), start)
    return list(days.values())[:4]


def _book(session_type: SessionType, start: datetime, cleo: User) -> Booking:
    request = BookingRequest(session_type, start, session_type.default_minutes, cleo.timezone)
    return agreement.request(priced=check(request, Visitor(f"person:{cleo.pk}", cleo)))


def _book_and_pay(session_type: SessionType, start: datetime, cleo: User, card: str) -> Booking:
    """Books, and pays on the page of the stand-in, as a browser does."""
    booking = _book(session_type, start, cleo)
    page = services.start_paying(booking=booking)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    http.request("POST", page.address, headers=headers, body=f"card={card}".encode(), seconds=10, most_bytes=100_000)
    services.check_payment(booking=booking)
    return booking


def _refund_as_credit(booking: Booking, ada: User) -> None:
    """Gives Cleo a part of what she has paid as credit, which pays for the session that she is asked to pay for."""
    billing.refund(
        booking=booking, amount=(booking.total / 3).quantize(Decimal(1)), reason="We agreed on a shorter session.",
        key=uuid7(), by=Actor(Side.BUILDER, ada), consent="In our messages, on the day after booking",
    )  # fmt: skip


def _ask_for_one_that_is_over(ada: User, cleo: User) -> None:
    """Lets a session of Cleo's that is over be paid by card, and asks her for it."""
    over = unpaid(Booking.objects.filter(builder=ada, client=cleo, state=State.COMPLETED))
    booking = over.filter(payment_timing=Timing.OUTSIDE).order_by("starts_at").first()
    if booking is None or Payment.objects.filter(subject_id=booking.pk).exists():
        return
    Booking.objects.filter(pk=booking.pk).update(payment_timing=Timing.AFTER_SESSION)
    queue_asking(booking)
