"""Leads a client to the payment page, checks the result, and ends bookings that were not paid in time.

No call to the provider is made in a transaction or with a lock held.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction

from bookings.agreement import services as agreement
from bookings.agreement.signed_links import Purpose, path_for
from bookings.agreement.transitions import fresh
from bookings.billing.checkout import notifications
from bookings.billing.checkout.rules import why_not_payable
from bookings.billing.checkout.timing import PAY_WITHIN
from bookings.billing.rules import KIND, claim_for
from bookings.models import Booking
from bookings.states import State
from core import clock
from core.errors import Refused
from core.money import BadMoney, Money
from core.service_calls import ServiceDown
from payments import checkouts
from payments.account_credit import services as account_credit
from payments.models import Checkout, Payment
from payments.refusals import PaymentRefusal
from payments.services import payment_of
from payments.states import Provider
from payments.stripe.configuration import is_configured
from payments.stripe.errors import PaymentRefused

logger = logging.getLogger(__name__)

LONGEST_HOLD = timedelta(hours=2)  # from the booking on, however often the provider could not be reached
OPEN_FOR = timedelta(hours=23)  # how long a page for a session that is over can be paid on; the provider's most is 24
WAIT_FOR_PROVIDER = timedelta(minutes=10)  # how long an unpaid booking is kept while the provider cannot be asked

TOO_LATE = "This booking could not be paid in time, so its time is released. Nothing was charged. Book again."


def start_paying(*, booking: Booking) -> Checkout:
    """Returns the page of the provider on which the booking is paid, created unless there is one. Refuses if nothing is
    due, or if the provider does not answer."""
    return checkouts.start(partial(_begin, booking), _page(booking))


@transaction.atomic
def _begin(booking: Booking) -> Checkout:
    """Writes the row of the page. A page for a booking that has to be paid first ends when its time is given up; if the
    provider could not be reached at once, both end a little later."""
    current = fresh(booking, None)
    now = clock.now()
    payment = Payment.objects.filter(subject_kind=KIND, subject_id=current.pk).first()
    if sentence := why_not_payable(current, payment, now):
        raise Refused(PaymentRefusal.NOTHING_DUE, sentence)
    if not is_configured():
        raise Refused(PaymentRefusal.PROVIDER_DOWN)
    is_first = current.payment_due_at is not None
    due_at = current.created_at + PAY_WITHIN
    if is_first and due_at - now < checkouts.SHORTEST:
        due_at = now + PAY_WITHIN
    checkout = checkouts.begin(
        claim=claim_for(current), is_held=is_first, expires_at=due_at if is_first else now + OPEN_FOR
    )
    is_new = is_first and checkout.state == Checkout.State.NEW
    if is_new and checkout.expires_at > current.created_at + LONGEST_HOLD:
        raise Refused(PaymentRefusal.NOT_PAYABLE, TOO_LATE)
    until = min(checkout.expires_at, current.starts_at)
    if is_new and current.payment_due_at != until:
        Booking.objects.filter(pk=current.pk).update(payment_due_at=until, answer_by=until)
    return checkout


def _page(booking: Booking) -> checkouts.Page:
    address = f"{settings.SITE_URL}{path_for(booking, Purpose.PAY)}"
    person = booking.client or booking.guest
    title = f"{booking.title} with {booking.builder.display_name} ({booking.reference})"
    return checkouts.Page(title, person.email if person else "", f"{address}?returned=yes", address)


def check_payment(*, booking: Booking) -> None:
    """Reads from the provider whether the booking was paid, and does what follows from it. Refuses if the provider does
    not answer."""
    checkouts.check(Payment.objects.filter(subject_kind=KIND, subject_id=booking.pk).first())


def close_page_of(booking: Booking, sentence: str = "") -> None:
    """Closes the page on which the booking can be paid by card, if there is one, and checks whether somebody has paid on it
    until then. Refuses, with this sentence, if the provider does not answer."""
    payment = Payment.objects.filter(subject_kind=KIND, subject_id=booking.pk).first()
    live = checkouts.live_checkout(payment.pk) if payment else None
    if live is not None:
        checkouts.close_or_refuse(live, sentence)


def use_credit(*, booking: Booking) -> Money:
    """Pays with the client's credit as much of what is due as it covers, and returns how much that is.

    The page to pay on is closed before, as it shows another sum. What is left can then be paid by card. Refuses without
    credit, if nothing is due, or if the provider does not answer.
    """
    close_page_of(booking)
    return _use_credit(booking)


@transaction.atomic
def _use_credit(booking: Booking) -> Money:
    current, now = fresh(booking, None), clock.now()
    payment = Payment.objects.filter(subject_kind=KIND, subject_id=current.pk).first()
    if sentence := why_not_payable(current, payment, now):
        raise Refused(PaymentRefusal.NOTHING_DUE, sentence)
    payment = payment_of(claim_for(current), Provider.STRIPE)
    if payment.payer_id != current.client_id:  # the credit would be that of whoever had the booking before
        raise Refused(PaymentRefusal.NO_CREDIT)
    money = account_credit.spend(payment=payment)
    if not payment.due.amount:
        current = agreement.start_paid(booking=current, now=now)
        notifications.payment_taken(current, payment)
    notifications.publish(current)
    return money


def end_unpaid(*, booking: Booking, now: datetime) -> None:
    """Ends a booking whose time to pay is over.

    Its page is closed and read once more before, because it may have been paid at the last moment.
    """
    payment = Payment.objects.filter(subject_kind=KIND, subject_id=booking.pk).first()
    live = checkouts.live_checkout(payment.pk) if payment else None
    if live is not None and is_configured():
        from payments.stripe import refreshing  # with the SDK, which takes a while to import

        try:
            checkouts.close_page(live)
        except (ServiceDown, PaymentRefused, BadMoney, refreshing.NotOurs):
            if booking.payment_due_at is not None and now < booking.payment_due_at + WAIT_FOR_PROVIDER:
                raise
    agreement.end_unpaid(booking=booking)


def end_all_unpaid(now: datetime, limit: int = 200) -> int:
    """Ends the bookings that were not paid in time, and returns how many. Two runs at once do no harm."""
    bookings = Booking.objects.filter(state=State.PENDING, payment_due_at__lte=now).order_by("payment_due_at")
    return sum(_try(partial(end_unpaid, booking=booking, now=now), booking.reference) for booking in bookings[:limit])


def read_overdue_pages(now: datetime, limit: int = 200) -> int:
    """Closes and reads the pages whose end nobody has reported; returns how many."""
    if not is_configured():
        return 0
    closed = 0
    for page in checkouts.overdue(now, limit):
        if _try(partial(checkouts.close_page, page), page.payment.subject_reference):
            closed += 1
        else:
            checkouts.put_off(page)
    return closed


def _try(act: Callable[[], object], reference: str) -> bool:
    """Returns whether it succeeded. If not, the next run tries again."""
    try:
        act()
    except (Refused, ServiceDown, PaymentRefused) as reason:
        logger.info("payments: %s is looked at again later: %s", reference, reason)
        return False
    except Exception:
        logger.exception("a payment could not be settled", extra={"reference": reference})
        return False
    return True
