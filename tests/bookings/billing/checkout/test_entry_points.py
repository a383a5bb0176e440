"""Where one begins to pay: the wizard, the API, the offers, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement.rules import cost_of
from bookings.agreement.signed_links import Purpose, path_for
from bookings.billing.checkout.texts import refunds_by_time
from bookings.models import Booking
from bookings.states import Side, State, Verb
from coaching.models import CancellationTier, SessionType
from core import clock
from core.money import Money
from payments.models import Checkout
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.checkout.cast import (
    paid_when,
    pay_on,
    pay_page,
    reserved,
    tell,
    text_of,
)
from tests.bookings.cast import book, finished
from tests.bookings.wire import CREATE, Caller, at, error
from tests.bookings.wizard.steps import choose, form_of, go_on, page
from tests.cast import make_person
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


# The wizard -------------------------------------------------------------------------------------------------


def review_of(client: Client, session_type: SessionType) -> tuple[str, Any]:
    details = choose(client, session_type)
    address = str(go_on(client, details, place="remote", notes="")["Location"])
    return address, client.get(address)


def test_the_review_says_what_is_reserved_and_what_cancelling_gives_back(
    first: SessionType, cleo: User, browser_of: Browser
) -> None:
    CancellationTier.objects.create(session_type=first, hours=24, percent=0)
    CancellationTier.objects.create(session_type=first, hours=0, percent=50)

    _, review = review_of(browser_of(cleo), first)

    seen = visible_text(review)
    assert "The amount is reserved on your card, and only charged when Ada Moreno confirms." in seen
    assert "you get back $90.00." in seen
    assert "After that, you get back $45.00." in seen
    assert "Continue to payment, $90.00" in seen


@pytest.mark.parametrize(
    ("is_automatic", "percent", "sentences"),
    [
        (False, 100, "Once it is confirmed: If you cancel, you get nothing back."),
        (False, 50, "Once it is confirmed: If you cancel, you get back $45.00."),
        (True, 100, "If you cancel If you cancel, you get nothing back."),
        (True, 0, "If you cancel If you cancel, you get back $90.00."),
    ],
)
def test_the_review_says_what_cancelling_means_before_and_after_the_answer(
    first: SessionType, cleo: User, browser_of: Browser, is_automatic: bool, percent: int, sentences: str
) -> None:
    paid_when(first, "at_booking", auto_confirm=is_automatic)
    CancellationTier.objects.create(session_type=first, hours=0, percent=percent)

    _, review = review_of(browser_of(cleo), first)

    before = "Before Ada Moreno confirms, cancelling costs nothing: the reservation on your card ends."
    assert sentences in visible_text(review)
    assert (before in visible_text(review)) is not is_automatic


def test_the_review_of_a_request_that_is_paid_afterwards_says_when_cancelling_is_free(
    after: SessionType, cleo: User, browser_of: Browser
) -> None:
    CancellationTier.objects.create(session_type=after, hours=0, percent=50)

    _, review = review_of(browser_of(cleo), after)

    sentences = (
        "Before Ada Moreno confirms, cancelling is free. Once it is confirmed: Cancelling at any time costs 50%."
    )
    assert sentences in visible_text(review)


def test_the_review_of_one_that_is_paid_afterwards(after: SessionType, cleo: User, browser_of: Browser) -> None:
    _, review = review_of(browser_of(cleo), after)

    assert "Nothing is charged now. You pay with your card after the session" in " ".join(
        review.content.decode().split()
    )


def test_submitting_leads_to_our_page_with_a_link_to_the_providers(
    first: SessionType, sandbox: StripeSandbox, cleo: User, browser_of: Browser
) -> None:
    client = browser_of(cleo)
    address, review = review_of(client, first)

    answer = client.post(address, form_of(review))

    booking = Booking.objects.get()
    assert answer["Location"] == pay_page(booking)
    url = sandbox.books.all("checkout.session")[0]["url"]
    assert f'<a class="button button--wide" href="{url}"' in text_of(client, pay_page(booking))
    assert client.post(address, form_of(review))["Location"] == pay_page(booking)  # the same form again
    assert (Booking.objects.count(), Checkout.objects.count()) == (1, 1)


def test_while_stripe_is_away_the_page_has_a_button_to_try_again(
    first: SessionType, sandbox: StripeSandbox, cleo: User, browser_of: Browser
) -> None:
    client = browser_of(cleo)
    address, review = review_of(client, first)
    sandbox.set_fault("500 once")

    client.post(address, form_of(review))

    booking = Booking.objects.get()
    assert '<button class="button button--wide" name="act" value="pay"' in text_of(client, pay_page(booking))
    client.post(pay_page(booking), {"act": "pay"})
    assert "Continue to payment" in text_of(client, pay_page(booking))


def test_a_series_is_not_offered_for_what_is_paid_when_booking_and_the_page_says_why(
    first: SessionType, cleo: User, browser_of: Browser
) -> None:
    client, sentence = browser_of(cleo), "To meet regularly, book one session at a time."

    seen = text_of(client, page("times", first))
    assert "Every two weeks" not in seen
    assert sentence in seen
    seen = text_of(client, page("times", paid_when(first, "after_session")))
    assert "Every two weeks" in seen
    assert sentence not in seen


def test_a_link_to_plan_a_series_of_them_leads_to_one_session(
    first: SessionType, cleo: User, browser_of: Browser
) -> None:
    client = browser_of(cleo)
    address, _ = review_of(client, first)

    answer = client.get(address.replace("/review/", "/plan/") + "&every=2", follow=True)

    assert "Book one session at a time instead." in visible_text(answer)
    assert "Review your booking" in visible_text(answer)


def test_the_page_without_the_wizard_says_when_one_pays(
    first: SessionType, cleo: User, browser_of: Browser, settings: Any
) -> None:
    settings.USE_BOOKING_WIZARD = False
    client = browser_of(cleo)

    seen = text_of(client, "/book/ada-moreno/")
    assert "The amount is reserved on your card" in seen
    assert "Continue to payment" in seen
    paid_when(first, "after_session")
    assert "You pay with your card after the session" in text_of(client, "/book/ada-moreno/")


def test_the_booking_page_leads_the_client_to_pay(first: SessionType, cleo: User, browser_of: Browser) -> None:
    booking = book(first, cleo)

    seen = text_of(browser_of(cleo), booking.get_absolute_url())

    assert f'<a class="button" href="{pay_page(booking)}">Pay $90.00</a>' in seen
    assert "Not paid yet" in seen


def test_a_link_of_another_purpose_does_not_open_the_page(first: SessionType, cleo: User, browser_of: Browser) -> None:
    booking = book(first, cleo)
    other = path_for(booking, Purpose.MANAGE).rstrip("/").rpartition("/")[2]

    assert browser_of(None).get(f"/bookings/pay/{other}/").status_code == 404
    assert browser_of(None).get(pay_page(booking)).status_code == 200


@pytest.mark.parametrize("tiers", [[], [[24, 0], [0, 50]], [[48, 0], [24, 50], [0, 100]], [[24, 20]]])
@pytest.mark.parametrize("hours_left", [1, 30, 60])
def test_what_pages_promise_is_what_cancelling_costs(
    first: SessionType, cleo: User, tiers: list[list[int]], hours_left: int
) -> None:
    booking, now = book(first, cleo), clock.now()
    booking.state, booking.tiers, booking.starts_at = State.CONFIRMED, tiers, now + timedelta(hours=hours_left)

    for line in refunds_by_time(tiers, booking.price, booking.starts_at, now):
        just_before = line.until - timedelta(minutes=1)
        fee = cost_of(booking, Verb.CANCEL, Side.CLIENT, just_before).fee.amount
        assert line.refund.amount == booking.total - fee


# The API ----------------------------------------------------------------------------------------------------


def create(session_type: SessionType, cleo: User) -> dict[str, Any]:
    body = {"sessionTypeId": str(session_type.pk), "scheduledTime": at()}
    answer = Caller(cleo).post(CREATE, body)
    assert answer.status_code == 201
    booking: dict[str, Any] = answer.json()["booking"]
    return booking


def test_a_new_booking_says_where_to_pay(first: SessionType, cleo: User) -> None:
    created = create(first, cleo)

    booking = Booking.objects.get()
    payment = created["payment"]
    assert created["status"] == "PENDING"
    assert payment["payUrl"].endswith(pay_page(booking))
    assert payment["dueAt"] is not None
    assert (payment["status"], payment["timing"], payment["amountDue"]) == ("due", "at_booking", "90.00")


def test_pay_answers_the_page_and_then_nothing_due(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    created = create(first, cleo)
    address = f"/api/bookings/{created['id']}/pay"

    checkout = Caller(cleo).post(address, {}).json()["checkout"]

    assert checkout["url"] == sandbox.books.all("checkout.session")[0]["url"]
    assert set(checkout) == {"url", "expiresAt"}
    pay_on(sandbox, Checkout.objects.get())
    tell(sandbox)
    again = Caller(cleo).post(address, {})
    assert (again.status_code, error(again)["code"]) == (409, "nothing_due")
    shown = Caller(cleo).send("GET", f"/api/bookings/{created['id']}").json()["booking"]["payment"]
    assert (shown["status"], shown["payUrl"]) == ("authorised", None)
    assert shown["captureBefore"] is not None


def test_only_the_client_pays(first: SessionType, ada: User, cleo: User, suri: User) -> None:
    address = f"/api/bookings/{create(first, cleo)['id']}/pay"

    assert Caller(ada).post(address, {}).status_code == 404  # not shown to the builder before it is paid
    assert Caller(make_person("Sam Lee")).post(address, {}).status_code == 404
    assert Caller(suri).post(address, {}).status_code == 403
    assert Client().post(address, {}, content_type="application/json").status_code == 401


def test_a_guest_pays_with_their_link(after: SessionType, cleo: User) -> None:
    booking = finished(after, cleo)
    address, anybody = f"/api/bookings/{booking.pk}/pay", Client()

    paid = anybody.post(address, {"manageUrl": f"https://w.test{pay_page(booking)}"}, content_type="application/json")
    bad = anybody.post(address, {"manageUrl": "https://w.test/bookings/pay/nonsense/"}, content_type="application/json")

    assert (paid.status_code, bad.status_code) == (200, 404)


@pytest.mark.parametrize("link", ["http://[", "", "https://w.test/", "https://w.test/bookings/pay/ä/"])
def test_a_link_that_is_none_is_refused(after: SessionType, cleo: User, link: str) -> None:
    booking = finished(after, cleo)

    answer = Client().post(f"/api/bookings/{booking.pk}/pay", {"manageUrl": link}, content_type="application/json")

    assert answer.status_code in (401, 404)


def test_the_builder_sees_no_link_to_pay(first: SessionType, sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    booking = reserved(sandbox, book(first, cleo))

    payment = Caller(ada).send("GET", f"/api/bookings/{booking.pk}").json()["booking"]["payment"]

    assert (payment["status"], payment["payUrl"]) == ("authorised", None)


def test_stripe_away_is_a_503(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    created = create(first, cleo)
    sandbox.set_fault("500 once")

    answer = Caller(cleo).post(f"/api/bookings/{created['id']}/pay", {})

    assert (answer.status_code, error(answer)["code"]) == (503, "provider_down")
    assert answer.headers["Retry-After"] == "60"


# The offers -------------------------------------------------------------------------------------------------


def test_the_form_of_an_offer_asks_when_clients_pay_if_there_is_a_provider(
    first: SessionType, ada: User, browser_of: Browser, settings: Any
) -> None:
    client, address = browser_of(ada), f"/dashboard/offers/{first.pk}/"

    assert "When clients pay" in text_of(client, address)
    settings.STRIPE_SECRET_KEY = ""
    assert "When clients pay" not in text_of(client, address)


def test_the_api_says_when_a_session_type_is_paid(first: SessionType, cleo: User, settings: Any) -> None:
    address = f"/api/marketplace/builders/{first.builder_id}/session-types"

    assert Caller(cleo).send("GET", address).json()["sessionTypes"][0]["paymentTiming"] == "at_booking"
    settings.STRIPE_SECRET_KEY = ""
    assert Caller(cleo).send("GET", address).json()["sessionTypes"][0]["paymentTiming"] == "outside"


@pytest.mark.parametrize(("price", "refund"), [("10.01 EUR", "6.71 EUR"), ("10.250 KWD", "6.870 KWD")])
def test_money_of_the_promise_is_rounded_as_the_fee(price: str, refund: str) -> None:
    now = clock.now()
    amount, currency = price.split()
    (line,) = refunds_by_time([[0, 33]], Money(Decimal(amount), currency), now + timedelta(days=1), now)

    assert f"{line.refund.amount} {line.refund.currency}" == refund
