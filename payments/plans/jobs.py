"""The things that the outbox does for subscriptions, by the name in the message. Each can be done twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from accounts.models import User
from core.models import OutboxMessage
from core.outbox import Undeliverable
from payments import checkouts, refunds
from payments.models import CardPage, Payment, Subscription, SubscriptionCharge
from payments.plans import cards, charges, collecting, notifications
from payments.states import Status

Payload = dict[str, Any]
TOO_LATE = "It came in after the subscription had ended or was paid."


def _charge(payload: Payload) -> None:
    collecting.collect(payload["charge"], payload["attempts"])


def _read_card_page(payload: Payload) -> None:
    page = CardPage.objects.select_related("person", "subscription").filter(pk=payload["card_page"]).first()
    if page is not None:
        cards.read_page(page)


def _save_card(payload: Payload) -> None:
    """Saves the card that was paid with, and has it charged from now on."""
    person = User.objects.filter(pk=payload["person"]).first()
    card = cards.save(person, payload["save_card"]) if person is not None else None
    if person is not None and card is not None and card.removed_at is None:
        cards.make_default(card=card, person=person)


def _detach(payload: Payload) -> None:
    from payments.stripe import customers  # with the SDK, which takes a while to import

    customers.detach_card(payload["detach"])


def _delete_customer(payload: Payload) -> None:
    from payments.stripe import customers  # with the SDK, which takes a while to import

    customers.delete_customer(payload["delete_customer"])


def _close_page(payload: Payload) -> None:
    """Closes the page on which something could be paid that is not charged any more."""
    charge = SubscriptionCharge.objects.get(pk=payload["close"])
    payment = charges.payment_of(charge)
    live = checkouts.live_checkout(payment.pk) if payment is not None else None
    if live is not None:
        checkouts.close_page(live)


@transaction.atomic
def _refund(payload: Payload) -> None:
    """Gives back all of a payment that came in too late."""
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payload["too_late"])
    if payment.status in (Status.PAID, Status.PARTLY_REFUNDED) and payment.refundable.amount:
        refunds.refund(payment=payment, amount=None, reason=TOO_LATE, by=None)


def _refund_another(payload: Payload) -> None:
    """Gives back what was paid a second time for the same."""
    from payments.stripe import operations, refreshing  # with the SDK, which takes a while to import

    truth = operations.fetch_payment(payload["another"])
    if truth.captured.amount and truth.refunded != truth.captured:
        operations.refund(key=f"another:{truth.id}", payment_id=truth.id, money=truth.captured)
        refreshing.refresh_payment(truth.id)


def _remind(payload: Payload) -> None:
    subscription = Subscription.objects.select_related("plan", "subscriber", "seller").get(pk=payload["reminder"])
    notifications.trial_ends_soon(subscription)


WORK: dict[str, Callable[[Payload], None]] = {
    "charge": _charge,
    "card_page": _read_card_page,
    "save_card": _save_card,
    "detach": _detach,
    "delete_customer": _delete_customer,
    "close": _close_page,
    "too_late": _refund,
    "another": _refund_another,
    "reminder": _remind,
}


def deliver(message: OutboxMessage) -> None:
    """Does one thing of the channel. Raises an exception to be tried again."""
    for name, work in WORK.items():
        if name in message.payload:
            work(message.payload)
            return
    raise Undeliverable(f"nothing is known of {', '.join(message.payload)}")
