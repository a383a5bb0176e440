"""The discount for booking early: edited, shown with the reason, and kept on the booking."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.agreement.emails import facts_of
from bookings.agreement.requests import ShownOffer, check
from bookings.models import Booking
from bookings.series import services as series_services
from bookings.states import Side
from coaching.early_booking import services
from coaching.models import SessionType
from core.errors import Refused
from core.ids import uuid7
from core.money import Money
from tests.bookings.cast import book, booking_request, person_visitor
from tests.bookings.wire import CREATE, Caller, at
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


@pytest.fixture
def early(hour: SessionType) -> SessionType:
    """Returns Ada's hour for 90 dollars, which is 10 % less from two days ahead."""
    services.save_for_builder(builder=hour.builder, tiers={2: 10, 30: 20})
    return SessionType.objects.get(pk=hour.pk)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("&nbsp;", " ").split())


def test_a_booking_keeps_what_made_its_price(early: SessionType, cleo: User) -> None:
    booking = book(early, cleo)

    assert (booking.total, booking.list_price.shown(), booking.discount_reason) == (
        Decimal(81), "$90.00", "booked 2 days ahead",
    )  # fmt: skip
    services.save_for_builder(builder=early.builder, tiers={})
    assert Booking.objects.get().breakdown[1]["percent"] == "10"


def test_later_bookings_pay_the_list_price(early: SessionType, cleo: User) -> None:
    assert book(early, cleo, soon(10, days=1)).total == 90


def test_a_session_type_can_have_its_own_or_none(early: SessionType, cleo: User) -> None:
    services.save_for_session_type(session_type=early, tiers={}, by=early.builder)
    assert book(early, cleo, soon(10)).total == 90

    services.save_for_session_type(session_type=early, tiers=None, by=early.builder)
    assert book(early, cleo, soon(12)).total == 81


def test_a_page_that_shows_the_list_price_still_books_for_less(early: SessionType, cleo: User) -> None:
    shown = ShownOffer(Money(book(early, cleo).list_price.amount, "USD"), "")

    with pytest.raises(Refused):
        book(early, cleo, soon(12), shown=ShownOffer(Money(shown.total.amount + 1, "USD"), ""))
    assert book(early, cleo, soon(14), shown=shown).total == 81


def test_the_profile_and_the_wizard_show_it_with_the_reason(
    early: SessionType, cleo: User, browser_of: Browser
) -> None:
    profile = text(browser_of(None).get("/builders/ada-moreno/"))
    assert "10 % less, booked 2 days ahead" in profile
    assert "<s>$90.00</s> <strong>$81.00</strong>" in profile

    times = text(browser_of(cleo).get(f"/book/ada-moreno/{early.pk}/?minutes=60&day={soon():%Y-%m-%d}"))
    assert "<s>$90.00</s> <strong>$81.00</strong>: 10 % less, booked 2 days ahead." in times

    browser = browser_of(cleo)
    page = f"/book/ada-moreno/{early.pk}/hold/?minutes=60&zone=Europe/London&start={soon():%Y-%m-%dT%H:%M:%SZ}"
    browser.post(page)
    browser.post(page.replace("/hold/", "/details/"), {"notes": "Hello"})
    review = text(browser.get(page.replace("/hold/", "/review/")))
    assert '<strong class="facts__price">$81.00</strong> <s>$90.00</s>' in review


def test_mails_and_the_page_of_the_booking_show_it(early: SessionType, cleo: User, browser_of: Browser) -> None:
    booking = book(early, cleo)
    facts = dict(facts_of(booking, Side.CLIENT, booking.starts_at, booking.ends_at, None))

    assert facts["Price"] == "$81.00 instead of $90.00, booked 2 days ahead"
    assert "<s>$90.00</s>" in text(browser_of(cleo).get(booking.get_absolute_url()))


def test_the_api_has_price_and_list_price(early: SessionType, cleo: User) -> None:
    address = f"/api/coaching/sessions/available?coachId=ada-moreno&sessionTypeId={early.pk}"
    browser = Client()
    browser.force_login(cleo)
    slots = browser.get(address).json()["availableSlots"]
    assert {(slot["rate"], slot["listPrice"]) for slot in slots} >= {("81.00", "90.00")}
    assert all(slot["listPrice"] in ("90.00", None) for slot in slots)

    body = {"builderId": str(early.builder_id), "sessionTypeId": str(early.pk), "scheduledTime": at()}
    booking = Caller(cleo).post(CREATE, body).json()["booking"]
    assert (booking["totalPrice"], booking["rateAtBooking"], booking["listPrice"]) == ("81.00", "81.00", "90.00")


def test_the_builder_edits_the_tiers(hour: SessionType, ada: User, browser_of: Browser) -> None:
    form = {
        "early-TOTAL_FORMS": "2", "early-INITIAL_FORMS": "0", "early-0-days": "14", "early-0-percent": "10",
        "early-1-days": "30", "early-1-percent": "20",
    }  # fmt: skip
    browser_of(ada).post(reverse("coaching:early_booking"), form)
    ada.offer.refresh_from_db()
    assert ada.offer.early_tiers == [[14, 10], [30, 20]]

    answer = browser_of(ada).post(reverse("coaching:early_booking"), form | {"early-1-percent": "5"})
    assert answer.status_code == 422
    assert "Booking earlier has to be cheaper" in text(answer)

    browser_of(ada).post(reverse("coaching:early_booking_of", args=[hour.pk]), form | {"own": "yes"})
    hour.refresh_from_db()
    assert hour.early_tiers == [[14, 10], [30, 20]]


def test_later_dates_of_a_series_have_the_discount_of_their_own_day(early: SessionType, cleo: User) -> None:
    first, later = soon(10, days=1), soon(10, days=29)
    visitor = person_visitor(cleo)
    priced = check(booking_request(early, first), visitor)

    series_services.book(priced=priced, visitor=visitor, starts={0: first, 1: later}, every_weeks=4, key=uuid7())

    totals = Booking.objects.order_by("starts_at").values_list("total", flat=True)
    assert list(totals) == [Decimal(90), Decimal(81)]
