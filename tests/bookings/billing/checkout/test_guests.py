"""Guests who pay: bookings that a builder made for somebody without an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement.signed_links import Purpose, token_for
from bookings.billing.checkout import services
from bookings.guests import services as guests
from bookings.models import Booking, Guest
from coaching.models import SessionType
from core import clock, outbox
from core.mail import CHANNEL
from core.models import OutboxMessage
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.checkout.cast import now_of, page_for, pay_on, pay_page, payment_of, tell, text_of
from tests.bookings.cast import finished

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


@pytest.fixture
def booking(after: SessionType, cleo: User) -> Booking:
    """Returns a session that is over, of a guest who has to pay for it."""
    session = finished(after, cleo)
    guest = Guest.objects.create(name="Gwen Guest", email="gwen@guests.test")
    Booking.objects.filter(pk=session.pk).update(client=None, guest=guest)
    return now_of(session)


def mails_to_pay(booking: Booking) -> list[dict[str, Any]]:
    """Sends what asks to pay, reminders too, and returns the emails that were queued for the guest."""
    OutboxMessage.objects.filter(channel="payment_request").update(due_at=clock.now())
    outbox.deliver_due("payment_request")
    assert booking.guest is not None
    emails = OutboxMessage.objects.filter(channel=CHANNEL, recipient=booking.guest.email, event__startswith="pay:")
    return list(emails.order_by("event").values_list("payload", flat=True))


def test_whoever_has_the_link_to_pay_cannot_change_the_booking(
    booking: Booking, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    pay_on(sandbox, page_for(booking))
    services.check_payment(booking=booking)

    page = text_of(browser_of(None), pay_page(booking))

    assert "You have paid $90.00" in page
    assert token_for(booking, Purpose.MANAGE) not in page


def test_a_guest_is_asked_by_mail_to_pay(booking: Booking) -> None:
    emails = mails_to_pay(booking)

    assert emails[0]["subject"] == "Please pay $90.00 for Coaching hour with Ada Moreno"
    assert pay_page(booking) in emails[0]["text"]
    assert len(emails) == 4


def test_a_guest_without_reminders_is_asked_once(booking: Booking) -> None:
    Guest.objects.update(wants_reminders=False)

    assert len(mails_to_pay(booking)) == 1


def test_a_guest_who_has_paid_is_asked_no_more(booking: Booking, sandbox: StripeSandbox) -> None:
    pay_on(sandbox, page_for(booking))
    tell(sandbox)

    assert payment_of(booking).status == "paid"
    assert mails_to_pay(booking) == []


def test_a_guest_reads_in_a_mail_that_they_have_paid(booking: Booking, sandbox: StripeSandbox) -> None:
    pay_on(sandbox, page_for(booking))
    tell(sandbox, times=3)

    (mail,) = OutboxMessage.objects.filter(channel=CHANNEL, recipient="gwen@guests.test", event__startswith="paid:")
    assert mail.payload["subject"] == "You have paid $90.00 for your session with Ada Moreno"
    assert "visa 4242" in mail.payload["text"]


def test_a_guest_who_confirms_their_address_later_is_the_payer(booking: Booking, sandbox: StripeSandbox) -> None:
    pay_on(sandbox, page_for(booking))
    tell(sandbox)
    assert payment_of(booking).payer is None

    account = guests.prove(booking=booking, now=clock.now())

    assert account is not None
    assert payment_of(booking).payer == account.person
