"""Adds, changes and deletes endpoints of webhooks, tells them of events, and sends messages once more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from connections.outgoing import sending, signing
from connections.outgoing.models import WebhookEndpoint, WebhookMessage
from core import audit, clock, http
from core.encryption import encrypt
from core.errors import Refusal, Refused

MOST_ENDPOINTS = 10  # of one person, or of the site
BOTH_SECRETS = timedelta(hours=24)  # how long a former secret signs as well
KEPT = timedelta(days=30)  # how long the log goes back
TEST = "webhook.test"


@transaction.atomic
def add_endpoint(*, owner: User | None, address: str, kinds: Sequence[str], by: User) -> tuple[WebhookEndpoint, str]:
    """Adds an endpoint, without an owner for the events of all builders; returns it with its secret, shown only now."""
    _check_scope(owner, by)
    _check_address(address)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if WebhookEndpoint.objects.filter(owner=owner).count() >= MOST_ENDPOINTS:
        sentence = f"There are {MOST_ENDPOINTS} webhooks already, which is the most. Delete one first."
        raise Refused(Refusal.INVALID, sentence)
    secret = signing.new_secret()
    endpoint = WebhookEndpoint(owner=owner, kinds=sorted(set(kinds)), sealed_secret=encrypt(secret))
    endpoint.address = address
    endpoint.save()
    _record(by, "webhook added", endpoint)
    return endpoint, secret


@transaction.atomic
def change_endpoint(*, endpoint: WebhookEndpoint, address: str, kinds: Sequence[str], by: User) -> None:
    """Changes where messages go and which. What waits for the former address goes to the new one."""
    _check_address(address)
    current = _locked(endpoint)
    current.address, current.kinds = address, sorted(set(kinds))
    current.next_try_at = None
    current.save()
    _record(by, "webhook changed", current)


@transaction.atomic
def switch(*, endpoint: WebhookEndpoint, is_on: bool, by: User) -> None:
    """Switches an endpoint on or off. Events while it is off are not sent later."""
    current = _locked(endpoint)
    current.state = WebhookEndpoint.State.ON if is_on else WebhookEndpoint.State.OFF
    current.failures, current.failing_since, current.next_try_at, current.error = 0, None, None, ""
    current.save()
    _record(by, "webhook switched on" if is_on else "webhook switched off", current)


@transaction.atomic
def rotate_secret(*, endpoint: WebhookEndpoint, by: User) -> str:
    """Returns a new secret. For a day messages are signed with the former one as well, so that no receiver fails."""
    current = _locked(endpoint)
    secret = signing.new_secret()
    current.sealed_former_secret, current.sealed_secret = current.sealed_secret, encrypt(secret)
    current.former_until = clock.now() + BOTH_SECRETS
    current.save()
    _record(by, "webhook secret replaced", current)
    return secret


@transaction.atomic
def delete_endpoint(*, endpoint: WebhookEndpoint, by: User) -> None:
    """Deletes an endpoint with its log. What waits for it is not sent."""
    current = _locked(endpoint)
    _record(by, "webhook deleted", current)
    current.delete()


def send_test(*, endpoint: WebhookEndpoint) -> sending.SendingResult:
    """Sends a test message at once, outside the log and without effect on the endpoint's state."""
    now = clock.now()
    body = sending.body(TEST, now.isoformat(), {"message": "A test message from Waymark."})
    return sending.send(endpoint, f"test-{int(now.timestamp() * 1_000)}", body)


@transaction.atomic
def announce(*, source: str, subject: UUID, kind: str, builder_id: UUID) -> int:
    """Queues an event for all endpoints that listen to it, once for each; returns how many there are."""
    endpoints = list(WebhookEndpoint.objects.listening(builder_id, kind))
    for endpoint in endpoints:
        delivery, is_new = WebhookMessage.objects.get_or_create(
            endpoint=endpoint, source=source, subject=subject, defaults={"kind": kind}
        )
        if is_new:
            sending.queue(delivery)
    return len(endpoints)


@transaction.atomic
def replay(*, delivery: WebhookMessage, by: User) -> None:
    """Sends a message once more, with the same id, so that a receiver that has it can tell."""
    current = WebhookMessage.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=delivery.pk)
    if current.endpoint.state != WebhookEndpoint.State.ON:
        raise Refused(Refusal.INVALID, "The webhook is switched off. Switch it on first.")
    if current.state == WebhookMessage.State.WAITING:
        raise Refused(Refusal.INVALID, "This message is waiting to be sent already.")
    WebhookEndpoint.objects.filter(pk=current.endpoint_id).update(next_try_at=None)
    current.state, current.attempts = WebhookMessage.State.WAITING, 0
    current.replays += 1
    current.save()
    sending.queue(current)
    _record(by, "webhook message sent again", current.endpoint)


def delete_old_deliveries() -> int:
    """Deletes what is older than the log goes back; returns how many."""
    count, _ = WebhookMessage.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    return count


def end_endpoints_of(owner: User) -> None:
    """Switches off the endpoints of a person who is no builder any more."""
    WebhookEndpoint.objects.filter(owner=owner, state=WebhookEndpoint.State.ON).update(
        state=WebhookEndpoint.State.ENDED, error="You are no longer a builder."
    )


def _locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    current = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
    if current is None:
        raise Refused(Refusal.NOT_FOUND)
    return current


def _check_scope(owner: User | None, by: User) -> None:
    if owner != by and not (owner is None and Role.ADMIN in by.roles):
        raise Refused(Refusal.FORBIDDEN)


def _check_address(address: str) -> None:
    try:
        http.check_address(address, is_typed=True)
    except http.Unanswered as refused:
        raise Refused(Refusal.INVALID, refused.sentence, fields={"address": [refused.sentence]}) from None


def _record(by: User, action: str, endpoint: WebhookEndpoint) -> None:
    after = {"host": endpoint.host, "kinds": endpoint.kinds, "state": endpoint.state}
    audit.record(actor=by, action=action, subject=endpoint, before=None, after=after)
