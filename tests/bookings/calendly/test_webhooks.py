"""Webhooks of Calendly: signatures, repeats, clocks, and what is never believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from bookings.calendly import webhooks
from bookings.models import Booking
from connections.calendly.accounts import keep_webhook
from connections.calendly.models import CalendlyAccount
from core import clock, outbox
from core.models import WebhookDelivery
from sandbox.calendly.webhooks import Delivery
from scheduling.calendly.services import disconnect
from tests.at_once import DONE, at_once
from tests.bookings.calendly.cast import Shop, open_shop, send
from tests.calendly import CalendlyServer, at, calendly_server
from tests.cast import make_builder_person
from tests.scheduling.calendly import connect, sync

VECTOR_KEY, VECTOR_TIME = "calendly-test-key", "1795230000"
VECTOR_BODY = b'{"event":"invitee.created","payload":{"uri":"x"}}'
VECTOR = "097e7262c749ddc3674ea2dcc46a73d3082e79db23c978637ed88c531b71132f"


@pytest.fixture
def subscribed(shop: Shop) -> Shop:
    """Returns the shop with its webhook at Calendly."""
    keep_webhook(shop.details, shop.client, clock.now())
    return shop


def body_of(shop: Shop, number: int = -1) -> bytes:
    """Returns the message that the stand-in has queued."""
    deliveries: list[Delivery] = shop.calendly.service.deliveries.queue
    return deliveries[number].body


def test_the_signature_is_that_of_the_test_vector() -> None:
    assert bytes.fromhex(webhooks.signature(VECTOR_KEY, VECTOR_TIME, VECTOR_BODY)).decode() == VECTOR


@pytest.mark.django_db
def test_a_message_makes_the_booking(subscribed: Shop) -> None:
    subscribed.calendly.book(subscribed.event_type, at())
    assert send(subscribed, body_of(subscribed)) == 200
    outbox.deliver_due()
    assert Booking.objects.get().starts_at == at()
    assert WebhookDelivery.objects.get().state == "done"


@pytest.mark.django_db
def test_a_repeat_with_a_new_signature_changes_nothing(subscribed: Shop) -> None:
    subscribed.calendly.book(subscribed.event_type, at())
    now = int(clock.now().timestamp())
    for seconds in (-30, 0, 30):
        assert send(subscribed, body_of(subscribed), time=now + seconds) == 200
    assert WebhookDelivery.objects.count() == 1
    outbox.deliver_due()
    assert Booking.objects.count() == 1


@pytest.mark.django_db
def test_a_message_is_answered_after_two_queries(
    subscribed: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """One for the key of the account, one that stores and queues the message: fifty a second come."""
    subscribed.calendly.book(subscribed.event_type, at())
    body, of_send = body_of(subscribed), 2
    with django_assert_num_queries(of_send + 2):
        assert send(subscribed, body) == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "status"), [(-170, 200), (170, 200), (-200, 401), (200, 401)])
def test_a_message_may_be_three_minutes_old(subscribed: Shop, seconds: int, status: int) -> None:
    subscribed.calendly.book(subscribed.event_type, at())
    now = int(clock.now().timestamp())
    assert send(subscribed, body_of(subscribed), time=now + seconds) == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=abc", "t=1,t=2,v1=a", "t=x,v1=a", f"t=99999999999,v1={'a' * 64}", "t=1,v1=ä", ",,,=,="]
)
def test_no_other_signature_passes(subscribed: Shop, header: str) -> None:
    assert send(subscribed, b"{}", HTTP_CALENDLY_WEBHOOK_SIGNATURE=header) == 401


@pytest.mark.django_db
def test_the_key_of_another_account_does_not_pass(subscribed: Shop) -> None:
    assert send(subscribed, b"{}", key="another key") == 401


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"event":1}', b'{"event":"invitee.created","payload":{"uri":7}}'])
def test_garbage_that_is_signed_makes_nothing(subscribed: Shop, body: bytes) -> None:
    assert send(subscribed, body) == 200
    outbox.deliver_due()
    assert WebhookDelivery.objects.get().state == "failed"
    assert Booking.objects.count() == 0


@pytest.mark.django_db
def test_what_a_message_says_is_not_believed(subscribed: Shop) -> None:
    """A message about an invitee who was cancelled in the meantime, and one that says something else than the API."""
    invitee = subscribed.calendly.book(subscribed.event_type, at())
    message = json.loads(body_of(subscribed))
    message["payload"]["scheduled_event"]["start_time"] = "2030-01-01T10:00:00.000000Z"
    message["payload"]["email"] = "somebody@else.example"
    send(subscribed, json.dumps(message).encode())
    outbox.deliver_due()
    booking = Booking.objects.select_related("guest").get()
    assert booking.guest is not None
    assert (booking.starts_at, booking.guest.email) == (at(), invitee["email"])


@pytest.mark.django_db
def test_calendly_that_does_not_answer_is_asked_again_later(subscribed: Shop) -> None:
    subscribed.calendly.book(subscribed.event_type, at())
    send(subscribed, body_of(subscribed))
    subscribed.calendly.service.set_fault("500")
    outbox.deliver_due()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, Booking.objects.count()) == ("waiting", 0)


@pytest.mark.django_db
def test_a_webhook_that_was_disabled_is_made_anew(subscribed: Shop) -> None:
    state, first = subscribed.calendly.state, subscribed.details.webhook_uri
    state.subscriptions[first]["state"] = "disabled"
    keep_webhook(subscribed.details, subscribed.client, clock.now() + timedelta(hours=2))
    assert [row["state"] for row in state.subscriptions.values()] == ["active"]
    assert subscribed.details.webhook_uri != first


@pytest.mark.django_db
def test_a_webhook_that_could_not_be_deleted_goes_once_the_account_is_connected_again(
    subscribed: Shop, ada: User
) -> None:
    state = subscribed.calendly.state
    state.fail("500")
    disconnect(account=subscribed.account, keeps_open=True, by=ada)
    state.fail("none")
    cache.clear()
    assert len(state.subscriptions) == 1

    subscribed.account = connect(ada)
    sync(subscribed.account)

    assert list(state.subscriptions) == [subscribed.details.webhook_uri]


@pytest.mark.django_db
def test_the_free_plan_is_polled_and_says_so(shop: Shop) -> None:
    shop.calendly.state.is_paid = False
    shop.calendly.state.subscriptions.clear()
    keep_webhook(shop.details, shop.client, clock.now() + timedelta(hours=2))
    assert "plan" in shop.details.webhook_error
    assert shop.details.webhook_uri == ""


@pytest.mark.django_db
def test_the_key_is_in_the_database_only_sealed(subscribed: Shop) -> None:
    row = CalendlyAccount.objects.values().get()
    assert subscribed.details.webhook_key not in json.dumps(row, default=str)


@pytest.fixture
def calendly_outside(settings: Any) -> Iterator[CalendlyServer]:
    with calendly_server(settings) as server:
        yield server


@pytest.mark.slow
def test_the_same_message_ten_times_at_once_is_one_booking(committed: None, calendly_outside: CalendlyServer) -> None:
    ada: User = make_builder_person("Ada Moreno")
    shop = open_shop(calendly_outside, ada)
    keep_webhook(shop.details, shop.client, clock.now())
    invitee = calendly_outside.book(shop.event_type, at())
    body = body_of(shop)
    assert at_once(*[lambda: send(shop, body)] * 10) == [DONE] * 10
    assert at_once(*[lambda: shop.take_over(invitee)] * 10) == [DONE] * 10
    assert (Booking.objects.count(), WebhookDelivery.objects.count()) == (1, 1)


@pytest.mark.slow
def test_both_halves_of_a_move_at_once_move_the_booking_once(committed: None, calendly_outside: CalendlyServer) -> None:
    ada: User = make_builder_person("Ada Moreno")
    shop = open_shop(calendly_outside, ada)
    old = calendly_outside.book(shop.event_type, at())
    shop.take_over(old)
    new = calendly_outside.state.reschedule(old, at(5))
    assert at_once(*[lambda: shop.take_over(old), lambda: shop.take_over(new)] * 5) == [DONE] * 10
    booking = Booking.objects.get()
    assert (booking.starts_at, booking.events.count()) == (at(5), 2)
