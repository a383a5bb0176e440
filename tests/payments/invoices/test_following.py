"""What becomes of the invoices of a payment: written when it is paid, credited when it is given back, replaced on request."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.personal_data import erasure
from bookings.agreement import services as agreement
from bookings.agreement.signed_links import Purpose, path_for
from bookings.billing.invoicing import sold
from bookings.guests import services as guests
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from core.models import OutboxMessage
from core.registry import integrity_findings
from payments import corrections, refunds
from payments.invoices import following, services
from payments.invoices.documents import document_of
from payments.invoices.models import BuyerProfile, Invoice, SellerProfile
from payments.invoices.states import DocumentKind
from payments.models import Payment, Refund
from payments.states import Provider, RefundStatus, Status
from payments.stripe import refreshing
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.cast import receive
from tests.bookings.cast import book_as_guest, client_of, confirmed, shop
from tests.emails import delivered, text_of, to
from tests.factories.invoices import SellerProfileFactory, TaxKindFactory, TaxRateFactory
from tests.factories.payments import PaymentFactory
from tests.payments.invoices.cast import (
    berlin_seller,
    buyer,
    invoices_of,
    paid_session,
    seller,
    standard_kind,
    work,
)
from tests.payments.stripe.captured import captured_for
from tests.scheduling.cast import free_session

pytestmark = pytest.mark.django_db
NOTE, INVOICE = DocumentKind.CREDIT_NOTE, DocumentKind.INVOICE


def story(payment: Payment) -> list[tuple[str, str, str]]:
    return [(row.kind, row.number, row.total.on_the_wire()) for row in invoices_of(payment)]


def differences() -> list[str]:
    return [finding.what for finding in integrity_findings(clock.now()) if finding.check.startswith("invoices")]


def test_an_invoice_is_written_when_a_session_is_paid(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    booking, payment = paid_session(ada, cleo)

    work()
    work()

    (invoice,) = invoices_of(payment)
    assert story(payment) == [(INVOICE, "ADA-0001", "90.00")]
    assert document_of(invoice).lines[0].text == f"{booking.title} ({booking.reference})"
    assert (invoice.seller, invoice.buyer, invoice.tax_country) == (ada, cleo, "GB")
    assert differences() == []


def test_a_payment_in_parts_gets_one_invoice_once_it_is_whole(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    booking, payment = paid_session(ada, cleo, "40")
    work()
    assert story(payment) == []

    receive(booking, "50")
    work()

    assert story(payment) == [(INVOICE, "ADA-0001", "90.00")]


def test_a_capture_is_invoiced(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    berlin_seller(ada)
    booking = confirmed(shop(ada), cleo)
    payment = captured_for(sandbox, booking)
    following.queue(payment, "taken")
    work()

    assert [row[0] for row in story(payment)] == [INVOICE]


def test_the_signal_of_a_capture_queues_the_invoice(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    booking = confirmed(shop(ada), cleo)
    payment = captured_for(sandbox, booking)
    Payment.objects.filter(pk=payment.pk).update(status="authorised", amount_paid=0, paid_at=None)

    refreshing.refresh_payment(payment.intent_id)
    refreshing.refresh_payment(payment.intent_id)

    assert OutboxMessage.objects.filter(channel="invoice", event=f"invoice:{payment.pk}:taken").count() == 1


def test_a_refund_gets_a_credit_note(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    _, payment = paid_session(ada, cleo)
    work()

    refunds.refund(payment=payment, amount=Decimal(30), reason="We stopped early.", by=ada)
    work()
    refunds.refund(payment=payment, amount=None, reason="And the rest.", by=ada)
    work()

    assert story(payment) == [
        (INVOICE, "ADA-0001", "90.00"), (NOTE, "ADA-0002", "30.00"), (NOTE, "ADA-0003", "60.00"),
    ]  # fmt: skip
    assert differences() == []


def test_a_refund_before_the_invoice_is_written_is_credited_too(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    _, payment = paid_session(ada, cleo)
    refunds.refund(payment=payment, amount=Decimal(30), reason="We stopped early.", by=ada)

    work()

    assert [row[2] for row in story(payment)] == ["90.00", "30.00"]


def test_a_refund_that_fails_is_invoiced_again(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    _, payment = paid_session(ada, cleo)
    refund = refunds.refund(payment=payment, amount=Decimal(30), reason="We stopped early.", by=ada)
    work()
    Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.PENDING)

    refunds.save_refusal(refund, "The card was closed.")
    work()

    assert [(row[0], row[2]) for row in story(payment)] == [(INVOICE, "90.00"), (NOTE, "30.00"), (INVOICE, "30.00")]
    assert differences() == []


def test_a_receipt_that_was_recorded_by_mistake_is_credited(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    _, payment = paid_session(ada, cleo)
    work()

    corrections.correct(receipt=payment.receipts.get(), reason="Not paid.", by=ada)
    work()

    assert [(row[0], row[2]) for row in story(payment)] == [(INVOICE, "90.00"), (NOTE, "90.00")]


def test_the_buyer_is_mailed_a_link(ada: User, cleo: User, mail_folder: Path) -> None:
    berlin_seller(ada)
    paid_session(ada, cleo)
    work()

    (mail,) = [mail for mail in to(delivered(mail_folder), cleo.email) if "ADA-0001" in mail["Subject"]]
    assert "/invoices/ADA-0001/" in text_of(mail)


def test_what_was_paid_before_the_agreement_is_invoiced_afterwards(ada: User, cleo: User) -> None:
    standard_kind()
    _, payment = paid_session(ada, cleo)
    work()
    assert not Invoice.objects.exists()

    seller(ada)
    assert following.queue_missing(clock.now()) == 1
    work()

    assert story(payment) == [(INVOICE, "ADA-0001", "90.00")]
    assert following.queue_missing(clock.now()) == 0


def test_a_payment_to_the_platform_itself_is_invoiced_afterwards(ada: User) -> None:
    standard_kind()
    payment = PaymentFactory.create(
        subject_kind="subscription", payee=None, payer=ada, provider=Provider.STRIPE, status=Status.PAID,
        amount=Decimal(20), amount_paid=Decimal(20), paid_at=clock.now(),
    )  # fmt: skip
    assert not following.without_invoice(clock.now()).exists(), "the platform has not entered its details"

    SellerProfileFactory.create(owner=None, name="Waymark", number_prefix="WM")

    assert list(following.without_invoice(clock.now())) == [payment]


def test_the_buyer_replaces_an_invoice_with_other_details(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    _, payment = paid_session(ada, cleo)
    work()
    (invoice,) = invoices_of(payment)
    with pytest.raises(Refused, match="Enter your billing details first"):
        services.correct_buyer(invoice=invoice, by=cleo)
    buyer(cleo, name="Park Studio")

    corrected = services.correct_buyer(invoice=invoice, by=cleo)

    assert [(row[0], row[2]) for row in story(payment)] == [(INVOICE, "90.00"), (NOTE, "90.00"), (INVOICE, "90.00")]
    document = document_of(corrected)
    assert (document.buyer.name, document.buyer.street) == ("Park Studio", "Hafenstrasse 1")
    assert document.notes[0].startswith("Replaces ADA-0001 of ")
    with pytest.raises(Refused, match="no invoice that could be corrected"):
        services.correct_buyer(invoice=invoice, by=cleo)
    with pytest.raises(Refused, match="these billing details already"):
        services.correct_buyer(invoice=corrected, by=cleo)
    assert differences() == []


def test_nobody_else_replaces_an_invoice(ada: User, cleo: User, suri: User) -> None:
    berlin_seller(ada)
    _, payment = paid_session(ada, cleo)
    work()

    for person in (ada, suri):
        with pytest.raises(Refused, match="You may not do this"):
            services.correct_buyer(invoice=invoices_of(payment)[0], by=person)


def test_an_erasure_leaves_the_invoice_and_what_the_yearly_report_of_sellers_needs(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    buyer(cleo, name="Park Studio")
    _, payment = paid_session(ada, cleo)
    work()

    erasure.erase(user=cleo)
    erasure.erase(user=ada)

    (invoice,) = invoices_of(payment)
    assert document_of(invoice).buyer.name == "Park Studio"
    assert document_of(invoice).seller.name == "Ada Moreno Coaching"
    assert not BuyerProfile.objects.exists()
    assert SellerProfile.objects.get().owner_id == ada.pk, "deleted once the invoice is"


def test_a_fee_for_cancelling_is_named_as_such(ada: User, cleo: User) -> None:
    booking = confirmed(shop(ada), cleo)
    agreement.cancel(booking=booking, by=client_of(booking), reason="Ill.")
    Booking.objects.filter(pk=booking.pk).update(cancel_fee=10, cancel_percent=10)
    payment = Payment(subject_kind="booking", subject_id=booking.pk)

    subject = sold(payment)

    assert subject is not None
    assert subject.text == f"Fee for cancelling {booking.title} ({booking.reference})"


def test_the_kind_of_vat_of_the_session_type_counts(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    buyer(cleo)
    books = TaxKindFactory.create()
    TaxRateFactory.create(kind=books, percent=Decimal(7))
    booking, payment = paid_session(ada, cleo)
    SessionType.objects.filter(pk=booking.session_type_id).update(tax_kind=books)

    work()

    assert document_of(invoices_of(payment)[0]).taxes[0].percent == "7"


def test_a_guest_reads_the_invoice_by_the_link_of_the_mail(ada: User, client: Client, mail_folder: Path) -> None:
    berlin_seller(ada)
    shop(ada)
    booking = book_as_guest(free_session(ada, auto_confirm=True))
    payment = Payment.objects.create(
        subject_kind="booking", subject_id=booking.pk, subject_reference=booking.reference, payee=ada, provider="manual",
        status="paid", amount=90, amount_paid=90, currency="EUR", paid_at=clock.now(),
    )  # fmt: skip
    following.queue(payment, "test")
    work()

    (mail,) = [mail for mail in delivered(mail_folder) if "ADA-0001" in mail["Subject"]]
    address = next(word for word in text_of(mail).split() if "/invoice/" in word)
    path = address[address.index("/bookings/") :]
    assert "Gwen Guest" in client.get(path).content.decode()
    assert client.get(f"{path}?file=pdf").content.startswith(b"%PDF")
    assert client.get(f"{path}?number=nonsense").status_code == 404


def test_a_guest_who_saves_the_booking_to_an_account_has_the_invoice_there(
    ada: User, client: Client, browser_of: Callable[[User], Client]
) -> None:
    berlin_seller(ada)
    shop(ada)
    booking = book_as_guest(free_session(ada, auto_confirm=True))
    payment = Payment.objects.create(
        subject_kind="booking", subject_id=booking.pk, subject_reference=booking.reference, payee=ada, provider="manual",
        status="paid", amount=90, amount_paid=90, currency="EUR", paid_at=clock.now(),
    )  # fmt: skip
    following.queue(payment, "test")
    work()
    link = path_for(booking, Purpose.MAIL, "guest_invoice")

    account = guests.prove(booking=booking, now=clock.now())

    assert account is not None
    (invoice,) = invoices_of(payment)
    own = browser_of(account.person)
    page = reverse("bookings:invoice", args=[booking.reference])
    assert own.get(page)["Location"] == invoice.get_absolute_url()
    assert own.get(invoice.get_absolute_url()).status_code == 200
    assert invoice.number in own.get("/invoices/").content.decode()
    assert client.get(link)["Location"] == page


def test_what_could_not_be_written_after_the_invoice_is_written_in_a_later_night(ada: User, cleo: User) -> None:
    details = berlin_seller(ada)
    _, payment = paid_session(ada, cleo)
    refund = refunds.refund(payment=payment, amount=Decimal(30), reason="We stopped early.", by=ada)
    work()
    SellerProfile.objects.update(agreed_at=None)
    Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.PENDING)
    refunds.save_refusal(refund, "The card was closed.")
    work()
    assert following.queue_missing(clock.now()) == 0

    SellerProfile.objects.update(agreed_at=details.agreed_at)
    assert following.queue_missing(clock.now()) == 1
    work()

    assert [(row[0], row[2]) for row in story(payment)] == [(INVOICE, "90.00"), (NOTE, "30.00"), (INVOICE, "30.00")]
    assert following.queue_missing(clock.now()) == 0
