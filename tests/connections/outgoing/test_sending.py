"""Webhooks are signed, sent once, tried again for three days, and switched off when nobody wants them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from accounts.models import Notification, User
from accounts.roles import Role
from accounts.services import revoke
from bookings.agreement import services as agreement
from bookings.models import Booking
from bookings.webhooks import kinds
from connections.outgoing import sending, services
from connections.outgoing.models import WebhookEndpoint, WebhookMessage
from core import clock, outbox
from core.models import OutboxMessage
from tests.bookings.cast import book, builder_of, confirmed, shop
from tests.cast import make_builder_person
from tests.factories.connections import WebhookEndpointFactory
from tests.outside import OutsideServer, closed_address, outside_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as server:
        yield server


@pytest.fixture
def endpoint(ada: User, receiver: OutsideServer) -> WebhookEndpoint:
    """Returns an address that Ada has told of all her events, and that accepts everything."""
    return WebhookEndpointFactory.create(owner=ada, address=receiver.answer("/hook"))


def work() -> None:
    """Delivers what waits, as if its time had come."""
    for channel in (kinds.CHANNEL, sending.CHANNEL):
        OutboxMessage.objects.filter(channel=channel).update(due_at=clock.now(), leased_until=None)
        outbox.deliver_due(channel)


def pass_time(endpoint: WebhookEndpoint, by: timedelta) -> None:
    """Moves everything that an endpoint remembers into the past."""
    endpoint.refresh_from_db()
    endpoint.next_try_at = None
    if endpoint.failing_since is not None:
        endpoint.failing_since -= by
    endpoint.save()


def received(receiver: OutsideServer) -> list[dict[str, Any]]:
    return [json.loads(body) for body in receiver.bodies]


def a_booking(ada: User, cleo: User) -> Booking:
    return confirmed(shop(ada), cleo)


def test_a_booking_is_told_once_with_its_events_in_order(
    ada: User, cleo: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    booking = a_booking(ada, cleo)
    work()
    work()

    messages = received(receiver)
    assert sorted(message["type"] for message in messages) == ["booking.confirmed", "booking.requested"]
    for message in messages:
        assert message["data"]["booking"]["reference"] == booking.reference
        assert message["data"]["booking"]["client"]["displayName"] == "Cleo Park"
    assert {delivery.state for delivery in endpoint.deliveries.all()} == {"delivered"}


def test_a_signature_is_accepted_by_the_reference_library(
    ada: User, cleo: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    a_booking(ada, cleo)
    work()

    _, headers = receiver.requests[0]
    assert Webhook(endpoint.secret).verify(receiver.bodies[0], headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(receiver.bodies[0] + b" ", headers)


def test_during_a_rotation_both_secrets_are_accepted_and_afterwards_only_the_new_one(
    ada: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    former = endpoint.secret
    new = services.rotate_secret(endpoint=endpoint, by=ada)
    endpoint.refresh_from_db()
    services.send_test(endpoint=endpoint)

    for secret in (former, new):
        assert Webhook(secret).verify(receiver.bodies[0], receiver.requests[0][1])

    endpoint.former_until = clock.now() - timedelta(seconds=1)
    services.send_test(endpoint=endpoint)
    assert Webhook(new).verify(receiver.bodies[1], receiver.requests[1][1])
    with pytest.raises(WebhookVerificationError):
        Webhook(former).verify(receiver.bodies[1], receiver.requests[1][1])


def test_only_the_chosen_kinds_are_sent(
    ada: User, cleo: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    services.change_endpoint(endpoint=endpoint, address=endpoint.address, kinds=["booking.confirmed"], by=ada)
    a_booking(ada, cleo)
    work()

    assert [message["type"] for message in received(receiver)] == ["booking.confirmed"]


def test_nobody_is_told_of_the_bookings_of_another_builder_but_the_site(
    cleo: User, ada: User, alex: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    services.add_endpoint(owner=None, address=receiver.answer("/site"), kinds=["booking.confirmed"], by=alex)
    a_booking(make_builder_person("Bo Lind"), cleo)
    work()

    assert [path for path, _ in receiver.requests] == ["/site"]


def test_a_failed_message_is_tried_again_with_the_same_id(
    ada: User, cleo: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    receiver.answer("/hook", status=500)
    book(shop(ada), cleo)
    work()
    delivery = endpoint.deliveries.get()
    assert (delivery.state, delivery.attempts) == ("waiting", 1)
    endpoint.refresh_from_db()
    assert endpoint.error == "It answered 500."

    receiver.answer("/hook")
    pass_time(endpoint, timedelta(seconds=5))
    work()

    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert len({headers["webhook-id"] for _, headers in receiver.requests}) == 1
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.error) == (0, None, "")


def test_an_endpoint_that_fails_is_asked_once_however_much_waits_for_it(
    ada: User, cleo: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    receiver.answer("/hook", status=503)
    a_booking(ada, cleo)
    work()

    assert len(receiver.requests) == 1
    assert endpoint.deliveries.filter(state="waiting").count() == 2


def test_an_address_where_nothing_listens_and_a_redirect_are_failures(
    ada: User, cleo: User, settings: Any, receiver: OutsideServer, endpoint: WebhookEndpoint
) -> None:
    receiver.answer("/hook", status=302, Location=receiver.answer("/elsewhere"))
    assert services.send_test(endpoint=endpoint).error == "It answered 302."

    endpoint.address = closed_address(settings)
    assert services.send_test(endpoint=endpoint).error == "Nothing answers at that address."
    assert [path for path, _ in receiver.requests] == ["/hook"]


def test_a_receiver_that_is_too_slow_is_a_failure(
    endpoint: WebhookEndpoint, receiver: OutsideServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.2)
    is_over = threading.Event()

    def wait(request: BaseHTTPRequestHandler) -> None:
        is_over.wait(60)

    receiver.answers["/hook"] = wait

    error = services.send_test(endpoint=endpoint).error
    is_over.set()

    assert error in ("The answer took too long.", "The connection broke off before the answer was complete.")


def test_410_switches_the_endpoint_off_and_its_owner_is_told(
    ada: User, cleo: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    receiver.answer("/hook", status=410)
    a_booking(ada, cleo)
    work()
    work()

    endpoint.refresh_from_db()
    assert endpoint.state == WebhookEndpoint.State.ENDED
    assert len(receiver.requests) == 1
    assert {delivery.state for delivery in endpoint.deliveries.all()} == {"failed"}
    news = Notification.objects.get(person=ada, kind="webhook")
    assert news.title == "Webhooks to 127.0.0.1 are switched off"


def test_after_three_days_of_failures_the_endpoint_is_switched_off(
    ada: User, cleo: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    receiver.answer("/hook", status=500)
    book(shop(ada), cleo)
    work()
    pass_time(endpoint, timedelta(days=3))
    work()

    endpoint.refresh_from_db()
    assert endpoint.state == WebhookEndpoint.State.ENDED
    assert endpoint.deliveries.get().state == "failed"


def test_a_message_is_given_up_after_its_last_attempt_although_others_arrive(
    ada: User, cleo: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    receiver.answer("/hook", status=400)
    book(shop(ada), cleo)
    for _ in range(len(sending.PAUSES) + 1):
        work()
        endpoint.refresh_from_db()
        endpoint.failing_since = None  # another message was accepted
        endpoint.next_try_at = None
        endpoint.save()
    work()

    delivery = endpoint.deliveries.get()
    assert (delivery.state, delivery.attempts) == ("failed", len(sending.PAUSES) + 1)
    assert OutboxMessage.objects.get(channel=sending.CHANNEL).state == "delivered"  # nothing is left for staff to do


def test_the_longest_wait_fits_into_the_attempts_of_the_outbox() -> None:
    assert sum(sending.PAUSES, timedelta(0)) >= sending.FAILS_FOR
    assert len(sending.PAUSES) * 2 < outbox.MOST_ATTEMPTS
    assert max(sending.PAUSES) <= outbox.LONGEST_WAIT


def test_a_message_is_sent_again_from_the_log_with_the_booking_as_it_is_now(
    ada: User, cleo: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    booking = book(shop(ada), cleo)
    work()
    agreement.confirm(booking=booking, by=builder_of(booking))
    delivery = endpoint.deliveries.get(kind="booking.requested")
    services.replay(delivery=delivery, by=ada)
    work()

    again = [message for message in received(receiver) if message["type"] == "booking.requested"]
    assert [message["data"]["booking"]["status"] for message in again] == ["PENDING", "CONFIRMED"]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries.count()) == ("delivered", 2)


def test_nothing_is_sent_to_an_address_inside_our_own_network(
    ada: User, settings: Any, receiver: OutsideServer
) -> None:
    settings.CALENDARS_TRUSTED = []
    endpoint = WebhookEndpointFactory.create(owner=ada, address=f"https://127.0.0.1/{receiver.server_port}")

    assert services.send_test(endpoint=endpoint).error == "There is no server on the public internet at that address."
    assert receiver.requests == []


def test_who_is_no_builder_any_more_is_told_nothing(
    ada: User, cleo: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    book(shop(ada), cleo)
    revoke(user=ada, role=Role.BUILDER, by=None, reason="test")
    work()

    assert receiver.requests == []
    endpoint.refresh_from_db()
    assert endpoint.state == WebhookEndpoint.State.ENDED


def test_the_log_goes_back_thirty_days(
    ada: User, cleo: User, endpoint: WebhookEndpoint, receiver: OutsideServer
) -> None:
    a_booking(ada, cleo)
    work()
    oldest = endpoint.deliveries.last()
    assert oldest is not None
    WebhookMessage.objects.filter(pk=oldest.pk).update(created_at=clock.now() - timedelta(days=31))

    services.delete_old_deliveries()

    assert endpoint.deliveries.count() == 1
