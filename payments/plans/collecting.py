"""Charges saved cards. The provider is asked outside of any transaction; its answer is stored by reading the payment."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core import clock
from core.money import BadMoney
from payments import checkouts
from payments.models import SubscriptionCharge
from payments.plans import cards, charges, notifications
from payments.plans.customers import customer_of
from payments.plans.states import ChargeKind, ChargeState, SubscriptionStatus
from payments.services import payment_of
from payments.states import Provider, Status

logger = logging.getLogger(__name__)

# After the charge was due. Each failed attempt but the last is followed by another.
RETRIES = (timedelta(days=1), timedelta(days=3), timedelta(days=5), timedelta(days=7))
GRACE = timedelta(days=14)  # after which a subscription that is not paid ends
NO_CARD = "There is no saved card to charge."


def collect(charge_id: UUID | str, attempts: int) -> str:
    """Charges the default card for what is open, and returns why it failed; an empty text if it did not.

    `attempts` is how many had failed when this one was asked for: it is made once, however often it is asked for. A page
    on which the same could be paid is closed first, so that nobody pays twice. Raises ServiceDown.
    """
    from payments.stripe import refreshing  # with the SDK, which takes a while to import
    from payments.stripe.customers import NewCardCharge, charge_card
    from payments.stripe.errors import PaymentRefused

    charge = _open(charge_id, attempts)
    if charge is None:
        return ""
    claim = charges.claim_of(charge)
    payment = payment_of(claim, Provider.STRIPE)
    live = checkouts.live_checkout(payment.pk)
    if live is not None:
        checkouts.close_page(live)
    charge = _open(charge_id, attempts)
    if charge is None:
        return ""
    person = charge.subscription.subscriber
    card = cards.default_card(person)
    if card is None:
        return _record_failure(charge, NO_CARD)
    wanted = NewCardCharge(
        key=f"{charge.pk}:{attempts}:{card.pk}", reference=str(payment.pk), payee_id=claim.payee_id, money=claim.amount,
        customer_id=customer_of(person), card_id=card.provider_id,
    )  # fmt: skip
    try:
        outcome = charge_card(wanted)
    except (BadMoney, PaymentRefused) as problem:
        return _record_failure(charge, str(problem))
    if outcome.intent_id:
        refreshing.refresh_payment(outcome.intent_id)
    return _record_failure(charge, outcome.problem) if outcome.problem else ""


def _open(charge_id: UUID | str, attempts: int) -> SubscriptionCharge | None:
    """Returns the charge if this attempt is still to be made."""
    rows = SubscriptionCharge.objects.select_related("subscription__subscriber", "subscription__seller", "plan")
    charge = rows.filter(pk=charge_id, state=ChargeState.OPEN, attempts=attempts).first()
    if charge is None:
        return None
    payment = charges.payment_of(charge)
    return None if payment is not None and payment.status == Status.PAID else charge


@transaction.atomic
def _record_failure(charge: SubscriptionCharge, problem: str) -> str:
    """Counts a failed attempt once, and says when the next one is. A change of plan is given up instead."""
    current = charges.fresh(charge.subscription)
    rows = SubscriptionCharge.objects.filter(pk=charge.pk, state=ChargeState.OPEN, attempts=charge.attempts)
    number = charge.attempts
    following = charge.due_at + RETRIES[number] if number < len(RETRIES) else None
    is_counted = rows.update(
        attempts=number + 1, problem=problem[:300], next_attempt_at=following, changed_at=clock.now()
    )  # fmt: skip
    if not is_counted:
        return problem
    charge.refresh_from_db()
    if charge.kind == ChargeKind.CHANGE:
        charges.void(charge)
        notifications.change_failed(current, charge, problem)
        return problem
    if current.status == SubscriptionStatus.ACTIVE:
        current.status, current.grace_until = SubscriptionStatus.PAST_DUE, charge.due_at + GRACE
        current.save()
    if current.status == SubscriptionStatus.PAST_DUE:
        notifications.payment_failed(current, charge, problem)
    return problem


def queue_due(now: datetime) -> int:
    """Queues the attempts whose time has come; returns how many."""
    rows = SubscriptionCharge.objects.filter(state=ChargeState.OPEN, next_attempt_at__lte=now)
    total = 0
    for charge in _forgotten(now):
        charges.queue(charge, f"{now:%Y-%m-%d}")
    for charge in rows.order_by("next_attempt_at")[:500]:
        charges.queue(charge)
        SubscriptionCharge.objects.filter(pk=charge.pk, attempts=charge.attempts).update(next_attempt_at=None)
        total += 1
    return total


def _forgotten(now: datetime) -> QuerySet[SubscriptionCharge]:
    """Returns charges whose attempt should have been made a day ago, such as after days without an answer."""
    rows = SubscriptionCharge.objects.filter(
        state=ChargeState.OPEN, next_attempt_at=None, attempts__lte=len(RETRIES), due_at__lte=now - timedelta(days=1)
    )
    return rows.exclude(subscription__status=SubscriptionStatus.INCOMPLETE)[:500]
