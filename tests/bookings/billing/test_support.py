"""Payments in the admin, where support looks them up, and what it leads to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.models import Booking, Guest
from coaching.models import SessionType
from core import outbox
from core.models import AuditEntry
from payments.models import Checkout, Payment, Refund
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.cast import form_for, receive
from tests.bookings.cast import confirmed
from tests.factories.payments import CheckoutFactory
from tests.payments.stripe.captured import captured_for
from tests.payments.stripe.cast import deliver_all
from tests.reading import visible_text
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


@pytest.fixture
def payment(hour: SessionType, cleo: User, ada: User, sandbox: StripeSandbox, browser_of: Browser) -> Payment:
    """Returns a payment by card of which Ada has refunded a part, beside another payment."""
    receive(confirmed(hour, cleo, soon(15)))
    booking = confirmed(hour, cleo, soon(9))
    payment = captured_for(sandbox, booking)
    CheckoutFactory.create(payment=payment, provider_id="cs_123", state=Checkout.State.COMPLETE)
    form_for(browser_of(ada), booking, "refund", amount="20", reason="We start later.")
    outbox.deliver_due("refund")
    deliver_all(sandbox)
    payment.refresh_from_db()
    return payment


def test_support_finds_a_payment_by_people_reference_and_ids(payment: Payment, suri: User, browser_of: Browser) -> None:
    guest = Guest.objects.create(name="Gwen Guest", email="gwen@guests.test")
    Booking.objects.filter(pk=payment.subject_id).update(client=None, guest=guest)
    refund = Refund.objects.get()
    client, address = browser_of(suri), reverse("admin:payments_payment_changelist")

    def listed_for(text: str) -> set[str]:
        return {str(row.pk) for row in client.get(address, {"q": text}).context["cl"].result_list}

    for text in ("gwen@guests", "Gwen Guest", payment.intent_id, refund.provider_id, "cs_123"):
        assert listed_for(text) == {str(payment.pk)}
    assert str(payment.pk) in listed_for(payment.subject_reference)
    assert len(listed_for("Cleo")) == 2
    assert listed_for("nobody") == set()


def test_the_page_of_a_payment_leads_to_refunding_it_its_entries_and_who_did_what(
    payment: Payment, suri: User, browser_of: Browser
) -> None:
    client = browser_of(suri)

    page = client.get(reverse("admin:payments_payment_change", args=[payment.pk]))

    booking = Booking.objects.get(pk=payment.subject_id)
    assert f'<a href="{booking.get_absolute_url()}">Booking {booking.reference}</a>' in page.text
    refund_page = reverse("bookings:refund", args=[booking.reference])
    assert f'<a href="{refund_page}">Refund</a>' in page.text
    assert client.get(refund_page).status_code == 200
    assert "Payment of $90.00" in visible_text(page)
    assert "Refund of $20.00" in visible_text(page)
    assert "Ada Moreno: refund made (amount 20" in visible_text(page)


def test_a_payment_to_the_builder_leads_to_the_correction_of_its_receipt(
    hour: SessionType, cleo: User, suri: User, browser_of: Browser
) -> None:
    booking, client = confirmed(hour, cleo, soon(9)), browser_of(suri)
    payment = receive(booking)
    address = reverse("bookings:correct_receipt", args=[booking.reference, payment.receipts.get().pk])
    page = client.get(reverse("admin:payments_payment_change", args=[payment.pk]))
    assert f'<a href="{address}">Correct the receipt of $90.00</a>' in page.text

    client.post(address, {"reason": "A typing error."})

    actions = AuditEntry.objects.filter(subject=f"payments.payment:{payment.pk}").order_by("pk")
    assert [(entry.action, entry.actor) for entry in actions] == [
        ("receipt recorded", hour.builder),
        ("receipt corrected", suri),
    ]


def test_clients_and_builders_do_not_see_it(payment: Payment, ada: User, cleo: User, browser_of: Browser) -> None:
    for person in (ada, cleo, None):
        assert browser_of(person).get(reverse("admin:payments_payment_changelist")).status_code != 200
