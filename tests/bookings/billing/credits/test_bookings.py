"""Bookings that a credit pays for: in the wizard, over the API, and what becomes of the credit when they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.emails import facts_of
from bookings.billing.queries import bill_of
from bookings.models import Booking
from bookings.states import Side
from coaching.models import CancellationTier, SessionType
from core import clock
from core.errors import Refused
from core.registry import integrity_findings
from payments.credits.models import CreditGrant
from payments.credits.queries import left_of
from tests.bookings.cast import book, builder_of, client_of, confirmed
from tests.bookings.wire import CREATE, Caller, at, error
from tests.factories.bookings import SeriesFactory
from tests.factories.payments import CreditGrantFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


@pytest.fixture
def five(hour: SessionType, cleo: User) -> CreditGrant:
    return CreditGrantFactory.create(holder=cleo, builder=hour.builder)


def left(grant: CreditGrant) -> int:
    return left_of([grant])[grant.pk]


def late_costs(hour: SessionType, hours: int) -> None:
    """Sets that cancelling within so many hours costs half of the price."""
    CancellationTier.objects.filter(session_type=hour).delete()
    CancellationTier.objects.create(session_type=hour, hours=hours, percent=0)
    CancellationTier.objects.create(session_type=hour, hours=0, percent=50)


def test_a_credit_pays_for_a_booking(hour: SessionType, cleo: User, five: CreditGrant) -> None:
    booking = book(hour, cleo, use_credit=True)

    assert left(five) == 4
    assert (booking.total, booking.list_price.shown()) == (Decimal(0), "$90.00")
    assert booking.breakdown == [
        {"rule": "session config", "amount": "90.00"}, {"rule": "package", "amount": "-90.00"},
    ]  # fmt: skip
    assert not bill_of(booking).is_relevant, "nothing is owed"
    assert list(integrity_findings(clock.now())) == []


def test_without_a_credit_nothing_is_booked(hour: SessionType, cleo: User) -> None:
    with pytest.raises(Refused) as refused:
        book(hour, cleo, use_credit=True)

    assert refused.value.refusal.code == "no_credit"
    assert not Booking.objects.exists()


def test_the_same_form_sent_twice_takes_one_credit(hour: SessionType, cleo: User, five: CreditGrant) -> None:
    key = five.pk
    first = book(hour, cleo, use_credit=True, form_key=key)

    assert book(hour, cleo, use_credit=True, form_key=key) == first
    assert left(five) == 4


@pytest.mark.parametrize("by", ["client", "builder"])
def test_the_credit_comes_back_in_time(hour: SessionType, cleo: User, five: CreditGrant, by: str) -> None:
    late_costs(hour, 24)
    booking = confirmed(hour, cleo, use_credit=True)

    actor = client_of(booking) if by == "client" else builder_of(booking)
    services.cancel(booking=booking, by=actor)

    assert left(five) == 5


def test_the_credit_is_lost_when_a_client_cancels_late(
    hour: SessionType, cleo: User, five: CreditGrant, browser_of: Browser
) -> None:
    late_costs(hour, 24 * 30)
    booking = confirmed(hour, cleo, use_credit=True)
    page = browser_of(cleo).get(reverse("bookings:end", args=[booking.reference])).content.decode()
    assert "the credit that you used is lost" in page
    assert "Cancel it and lose the credit" in page

    ended = services.cancel(booking=booking, by=client_of(booking))

    assert left(five) == 4
    assert (ended.cancel_percent, ended.cancel_fee) == (50, Decimal(0))
    assert "The credit that paid for it was lost." in browser_of(cleo).get(ended.get_absolute_url()).content.decode()


def test_cancelling_a_series_says_what_becomes_of_its_credits(
    hour: SessionType, cleo: User, five: CreditGrant, browser_of: Browser
) -> None:
    late_costs(hour, 24 * 10)
    series = SeriesFactory.create(client=cleo, session_type=hour)
    bookings = [confirmed(hour, cleo, soon(10, days=days), use_credit=True) for days in (2, 6, 16)]
    for number, booking in enumerate(bookings):
        Booking.objects.filter(pk=booking.pk).update(series=series, series_number=number + 1)

    page = browser_of(cleo).get(reverse("bookings:end", args=[bookings[0].reference])).content.decode()

    text = " ".join(page.split())
    assert "1 of their credits is lost" in text
    assert "1 of their credits comes back." in text


def test_the_credit_comes_back_when_the_builder_cancels_late(hour: SessionType, cleo: User, five: CreditGrant) -> None:
    late_costs(hour, 24 * 30)
    booking = confirmed(hour, cleo, use_credit=True)

    services.cancel(booking=booking, by=builder_of(booking))

    assert left(five) == 5


def test_the_credit_comes_back_when_a_request_is_declined(hour: SessionType, cleo: User, five: CreditGrant) -> None:
    booking = book(hour, cleo, use_credit=True)

    services.decline(booking=booking, by=builder_of(booking))

    assert left(five) == 5


def test_a_client_cannot_move_a_session_past_the_end_of_its_credit(
    hour: SessionType, cleo: User, five: CreditGrant
) -> None:
    booking = confirmed(hour, cleo, use_credit=True)
    CreditGrant.objects.filter(pk=five.pk).update(expires_at=booking.ends_at)
    later = booking.starts_at + timedelta(days=1)

    with pytest.raises(Refused, match="The credit that pays for this session expires on"):
        services.reschedule(booking=booking, start=later, by=client_of(booking))
    assert services.reschedule(booking=booking, start=later, by=builder_of(booking)).starts_at == later


def test_mails_and_pages_say_what_paid_for_it(
    hour: SessionType, cleo: User, five: CreditGrant, browser_of: Browser
) -> None:
    booking = book(hour, cleo, use_credit=True)
    facts = dict(facts_of(booking, Side.CLIENT, booking.starts_at, booking.ends_at, None))

    assert facts["Price"] == "Paid with a credit, instead of $90.00"
    assert "paid with a credit" in browser_of(cleo).get(booking.get_absolute_url()).content.decode()


# In the wizard --------------------------------------------------------------------------------------------------


def review_page(hour: SessionType) -> str:
    address = reverse("bookings:review", args=[hour.builder.builder_profile.slug, hour.pk])
    return f"{address}?minutes=60&zone=Europe/London&start={soon():%Y-%m-%dT%H:%M:%SZ}"


def fill_in(browser: Client, hour: SessionType) -> None:
    page = review_page(hour).replace("/review/", "/hold/")
    browser.post(page)
    browser.post(page.replace("/hold/", "/details/"), {"notes": "Hello"})


def form_of(browser: Client, hour: SessionType) -> dict[str, Any]:
    shown = browser.get(review_page(hour)).context
    offer = shown["shown"]
    return {
        "key": shown["draft"].form_key, "price": offer.total.on_the_wire(), "currency": offer.total.currency,
        "terms": offer.terms,
    }  # fmt: skip


def test_one_click_uses_a_credit(hour: SessionType, cleo: User, five: CreditGrant, browser_of: Browser) -> None:
    late_costs(hour, 24)
    browser = browser_of(cleo)
    fill_in(browser, hour)
    page = " ".join(browser.get(review_page(hour)).content.decode().split())
    assert "Use 1 of 5 credits" in page
    assert "the credit is lost" in page

    browser.post(review_page(hour), form_of(browser, hour) | {"credit": "use"})

    assert Booking.objects.get().credit_grant == five
    assert left(five) == 4


def test_the_other_button_keeps_the_credits(
    hour: SessionType, cleo: User, five: CreditGrant, browser_of: Browser
) -> None:
    browser = browser_of(cleo)
    fill_in(browser, hour)

    browser.post(review_page(hour), form_of(browser, hour))

    assert (Booking.objects.get().total, left(five)) == (Decimal(90), 5)


# Over the API -----------------------------------------------------------------------------------------------------


def test_the_api_uses_a_credit_and_says_so(hour: SessionType, cleo: User) -> None:
    grant = CreditGrantFactory.create(holder=cleo, builder=hour.builder, sessions=1)
    body = {"builderId": str(hour.builder_id), "sessionTypeId": str(hour.pk), "scheduledTime": at(), "useCredit": True}

    booking = Caller(cleo).post(CREATE, body).json()["booking"]

    assert (booking["totalPrice"], booking["listPrice"], booking["usedCredit"]) == ("0.00", "90.00", True)
    assert left(grant) == 0
    refused = Caller(cleo).post(CREATE, body | {"scheduledTime": at(11)})
    assert (refused.status_code, error(refused)["code"]) == (409, "no_credit")


def test_the_api_lists_credits(hour: SessionType, cleo: User, five: CreditGrant) -> None:
    row = Caller(cleo).send("GET", "/api/credits").json()["credits"][0]

    assert (row["left"], row["of"], row["builder"]["slug"], row["durationMinutes"]) == (5, 5, "ada-moreno", 60)


def test_the_last_step_offers_a_session_of_the_plan(hour: SessionType, cleo: User, browser_of: Browser) -> None:
    grant = CreditGrantFactory.create(
        holder=cleo, builder=hour.builder, sessions=2, minutes=None, source_kind="subscription"
    )
    browser = browser_of(cleo)
    fill_in(browser, hour)
    page = " ".join(browser.get(review_page(hour)).content.decode().split())
    assert "Use 1 of 2 sessions of your plan" in page

    browser.post(review_page(hour), form_of(browser, hour) | {"credit": "use"})

    assert (left(grant), Booking.objects.get().credit_grant) == (1, grant)
