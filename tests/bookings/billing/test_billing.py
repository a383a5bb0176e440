"""What bookings owe, the pages on which builders record payments, and what clients read about them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Notification, User
from accounts.services import update_builder
from bookings.agreement import emails
from bookings.agreement import services as agreement
from bookings.agreement.transitions import Actor
from bookings.billing import services
from bookings.billing.queries import bill_of, unpaid
from bookings.models import Booking
from bookings.states import Side
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from core.ids import uuid7
from core.models import OutboxMessage
from core.registry import integrity_findings
from payments.models import Payment, Receipt
from tests.bookings.billing.cast import form_for, page_of, receive
from tests.bookings.cast import book, builder_of, client_of, confirmed, finished, free_shop, latest
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def give_back(booking: Booking, amount: str, reason: str = "Too short.") -> None:
    services.refund(booking=booking, amount=Decimal(amount), reason=reason, key=uuid7(), by=builder_of(booking))


# What is owed ---------------------------------------------------------------------------------------------


def test_a_request_owes_nothing_and_a_confirmed_session_its_price(hour: SessionType, cleo: User) -> None:
    request, session = book(hour, cleo), confirmed(hour, cleo, soon(12))

    assert bill_of(request).owed.amount == 0
    assert not bill_of(request).is_relevant
    assert (bill_of(session).owed.on_the_wire(), bill_of(session).due.on_the_wire()) == ("90.00", "90.00")


def test_free_and_declined_bookings_owe_nothing(hour: SessionType, ada: User, cleo: User) -> None:
    declined = agreement.decline(booking=book(hour, cleo), by=Actor(Side.BUILDER, ada), reason="No.")
    free = book(free_shop(ada), cleo, soon(14))

    assert not bill_of(declined).is_relevant
    assert not bill_of(free).is_relevant


def test_a_cancelled_session_owes_the_fee_fixed_then(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(9))
    Booking.objects.filter(pk=booking.pk).update(tiers=[[0, 50]])
    receive(booking)

    agreement.cancel(booking=booking, by=client_of(booking))

    bill = bill_of(Booking.objects.get(pk=booking.pk))
    assert bill.due.amount == 0
    assert (bill.owed.on_the_wire(), bill.to_return.on_the_wire()) == ("45.00", "45.00")
    assert Payment.objects.get().amount == 45
    assert list(integrity_findings(clock.now())) == []


def test_the_check_finds_a_payment_of_another_amount(done: Booking) -> None:
    receive(done)
    Payment.objects.update(amount=Decimal(80))

    assert any("is not what it owes" in str(finding) for finding in integrity_findings(clock.now()))


def test_nothing_can_be_received_for_a_request(hour: SessionType, cleo: User) -> None:
    with pytest.raises(Refused) as refused:
        receive(book(hour, cleo))

    assert refused.value.refusal.code == "nothing_due"


def test_the_filter_finds_what_the_bill_says(hour: SessionType, cleo: User) -> None:
    open_, part, paid = (finished(hour, cleo, soon(at)) for at in (9, 11, 13))
    ahead = confirmed(hour, cleo, soon(15))
    receive(part, "10")
    receive(paid)

    unpaid_ones = set(unpaid(Booking.objects.all()))

    assert unpaid_ones == {open_, part}
    bookings = Booking.objects.all()
    assert unpaid_ones == {booking for booking in bookings if bill_of(booking).is_unpaid}
    assert not bill_of(ahead).is_unpaid


# Recording ------------------------------------------------------------------------------------------------


def test_a_builder_marks_a_session_as_paid_and_the_client_reads_it(
    done: Booking, ada: User, cleo: User, browser_of: Browser, django_capture_on_commit_callbacks: Any
) -> None:
    assert "Mark as paid" in page_of(browser_of(ada), done)
    with django_capture_on_commit_callbacks(execute=True):
        answer = form_for(browser_of(ada), done, note="In advance")

    assert answer.status_code == 302
    page = page_of(browser_of(cleo), done)
    assert "$90.00 received: Cash" in page, "in the history"
    assert "In advance" in page
    assert "Mark as paid" not in page
    note = Notification.objects.get(person=cleo, kind="payment")
    assert note.title == f"Ada Moreno has received $90.00 for {done.title}"
    assert "Nothing more is due." in note.text


def test_the_client_gets_a_mail_about_a_part(done: Booking, cleo: User) -> None:
    receive(done, "30")

    (message,) = OutboxMessage.objects.filter(recipient=cleo.email, event__startswith="receipt:")
    assert "$60.00 is still due." in message.payload["text"]


def test_more_than_is_due_is_refused_beside_the_field(done: Booking, ada: User, browser_of: Browser) -> None:
    answer = form_for(browser_of(ada), done, amount="90.01")

    assert answer.status_code == 422
    assert "That is more than is due: $90.00." in answer.content.decode()
    assert not Receipt.objects.exists()


def test_the_same_form_sent_twice_records_once(done: Booking, ada: User, browser_of: Browser) -> None:
    client, address = browser_of(ada), f"{done.get_absolute_url()}payment/"
    key = client.get(address).context["form"].initial["key"]
    values = {"key": str(key), "amount": "40", "method": "cash", "received_on": f"{clock.now():%Y-%m-%d}"}

    answers = [client.post(address, values).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Payment.objects.get().amount_paid == 40


def test_the_form_of_another_booking_records_nothing(
    done: Booking, hour: SessionType, ada: User, cleo: User, browser_of: Browser
) -> None:
    other, client, key = confirmed(hour, cleo, soon(15)), browser_of(ada), str(uuid7())
    assert form_for(client, done, amount="40", key=key).status_code == 302

    answer = form_for(client, other, amount="40", key=key)

    assert answer.status_code == 422
    assert "This form has already been used for another booking." in answer.content.decode()
    assert Payment.objects.get().subject_id == done.pk


def test_a_refund_is_shown_to_both_sides_with_its_reason(
    done: Booking, ada: User, cleo: User, browser_of: Browser
) -> None:
    receive(done)

    answer = form_for(browser_of(ada), done, "refund", amount="20", reason="We stopped early.")

    assert answer.status_code == 302
    for person in (ada, cleo):
        page = page_of(browser_of(person), done)
        assert "$20.00 given back" in page
        assert "We stopped early." in page
        assert "Partly refunded" in page
    assert Notification.objects.filter(person=cleo, title__contains="refund of $20.00").exists()


def test_more_than_was_paid_is_not_given_back(done: Booking, ada: User, browser_of: Browser) -> None:
    receive(done, "30")

    answer = form_for(browser_of(ada), done, "refund", amount="30.01", reason="Too much.")

    assert answer.status_code == 422
    assert "more than is left of the payment: $30.00" in answer.content.decode()


# Rights ---------------------------------------------------------------------------------------------------


def test_only_the_builder_records_and_support_refunds(
    done: Booking, ada: User, cleo: User, sam: User, suri: User, browser_of: Browser
) -> None:
    receive(done, "50")
    payment, refund = f"{done.get_absolute_url()}payment/", f"{done.get_absolute_url()}refund/"

    statuses = {
        person.display_name: [browser_of(person).get(address).status_code for address in (payment, refund)]
        for person in (ada, cleo, sam, suri)
    }

    assert statuses == {
        "Ada Moreno": [200, 200], "Cleo Park": [404, 404], "Sam Lee": [404, 404], "Suri Support": [404, 200],
    }  # fmt: skip
    assert form_for(browser_of(suri), done, "refund", reason="Settled.").status_code == 302
    assert Notification.objects.filter(person=ada, title__startswith="Waymark's support has recorded").exists()


def test_how_to_pay_is_shown_to_clients_of_confirmed_bookings_only(
    hour: SessionType, ada: User, cleo: User, browser_of: Browser
) -> None:
    update_builder(profile=ada.builder_profile, how_to_pay="IBAN DE02 1203")
    request, session = book(hour, cleo), confirmed(hour, cleo, soon(12))

    assert "IBAN DE02 1203" not in page_of(browser_of(cleo), request)
    assert "IBAN DE02 1203" in page_of(browser_of(cleo), session)
    assert "IBAN DE02 1203" not in browser_of(None).get("/builders/ada-moreno/").content.decode()


def test_a_builder_sets_how_to_pay_where_the_offers_are(hour: SessionType, ada: User, browser_of: Browser) -> None:
    client = browser_of(ada)
    assert "/dashboard/offers/payment/" in client.get("/dashboard/offers/").content.decode()

    client.post("/dashboard/offers/payment/", {"how_to_pay": "Cash, please"})

    ada.builder_profile.refresh_from_db()
    assert ada.builder_profile.how_to_pay == "Cash, please"


# Lists ----------------------------------------------------------------------------------------------------


def test_lists_show_and_filter_what_is_unpaid(hour: SessionType, ada: User, cleo: User, browser_of: Browser) -> None:
    open_, paid = finished(hour, cleo, soon(9)), finished(hour, cleo, soon(12))
    receive(paid)
    client = browser_of(ada)

    past = client.get("/dashboard/bookings/?show=past").content.decode()
    only = client.get("/dashboard/bookings/?show=past&which=unpaid").content.decode()
    dashboard = client.get("/dashboard/").content.decode()

    assert past.count("</svg> Unpaid</span>") == 1
    assert open_.get_absolute_url() in only
    assert paid.get_absolute_url() not in only
    assert "1 unpaid" in dashboard


def test_each_side_lists_its_own_payments(done: Booking, ada: User, cleo: User, sam: User, browser_of: Browser) -> None:
    receive(done, "40")
    path = done.get_absolute_url()

    assert path in browser_of(cleo).get("/payments/").content.decode()
    assert path in browser_of(ada).get("/dashboard/payments/?show=unpaid").content.decode()
    assert path not in browser_of(ada).get("/dashboard/payments/?show=paid").content.decode()
    assert path not in browser_of(sam).get("/payments/").content.decode()


def test_the_lists_need_the_same_queries_for_few_and_many_payments(
    hour: SessionType, cleo: User, cleos: Client, django_assert_num_queries: Any
) -> None:
    cleos.get("/payments/")  # so that the flag is in the cache
    for hours in ((9,), (11, 12, 13, 14)):
        for at in hours:
            receive(confirmed(hour, cleo, soon(at)), "10")
        with django_assert_num_queries(5):
            cleos.get("/payments/")


def test_the_builders_csv_has_a_row_for_each_session(done: Booking, ada: User, browser_of: Browser) -> None:
    receive(done, "40")
    give_back(done, "5")

    answer = browser_of(ada).get("/dashboard/payments/payments.csv")

    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["Reference"] == done.reference
    sums = [row[name] for name in ("Currency", "Price or fee", "Paid", "Given back", "Still due", "Status", "Paid by")]
    assert sums == ["USD", "90.00", "40.00", "5.00", "50.00", "Part paid", "Bank transfer"]


def test_the_flag_hides_every_page(done: Booking, ada: User, browser_of: Browser, settings: Any) -> None:
    receive(done, "40")
    settings.USE_PAYMENTS = False
    client = browser_of(ada)

    addresses = (
        "/payments/", "/dashboard/payments/", "/dashboard/payments/payments.csv", "/dashboard/offers/payment/",
        f"{done.get_absolute_url()}payment/", f"{done.get_absolute_url()}refund/",
    )  # fmt: skip
    assert [client.get(address).status_code for address in addresses] == [404] * 6
    assert "Mark as paid" not in page_of(client, done)
    assert "unpaid" not in client.get("/dashboard/").content.decode().lower()


# Mails ----------------------------------------------------------------------------------------------------


def facts_in_mail(booking: Booking, side: Side) -> dict[str, str]:
    """Returns the rows of the mail about the last event of the booking."""
    event = latest(Booking.objects.complete().get(pk=booking.pk))
    event.booking = Booking.objects.complete().get(pk=booking.pk)
    return dict(emails.about(event, side).facts)


def test_mails_say_how_to_pay_once_the_session_is_confirmed(hour: SessionType, ada: User, cleo: User) -> None:
    update_builder(profile=ada.builder_profile, how_to_pay="IBAN DE02 1203")
    booking = book(hour, cleo)

    asked = facts_in_mail(booking, Side.CLIENT)
    agreement.confirm(booking=booking, by=builder_of(booking))

    assert asked["How to pay"] == "You pay Ada Moreno directly. We will tell you how once your booking is confirmed."
    assert facts_in_mail(booking, Side.CLIENT)["How to pay"] == "IBAN DE02 1203"
    assert "How to pay" not in facts_in_mail(booking, Side.BUILDER)


def test_mails_about_free_sessions_do_not_say_how_to_pay(ada: User, cleo: User) -> None:
    assert "How to pay" not in facts_in_mail(book(free_shop(ada), cleo), Side.CLIENT)
