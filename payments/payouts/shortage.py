"""Transfers that our balance at Stripe does not cover: operators are told at once, and they are sent once it does."""

from __future__ import annotations

import logging

from django.urls import reverse

from accounts.models import Notification
from accounts.notifications import NewNotification, notify
from accounts.queries import staff
from core import clock
from core.money import Money
from payments.models import ProviderAccount, ProviderCheck, Transfer
from payments.payouts.notifications import NOTIFICATION
from payments.payouts.releasing import queue

logger = logging.getLogger(__name__)

NOBODY_WAITS = ""


def note(transfer: Transfer) -> None:
    """Keeps that a transfer was refused for want of balance, where `audit_integrity` and the admin show it, and notifies
    staff, once a day."""
    problem = _problem()
    ProviderCheck.objects.update_or_create(
        name=ProviderCheck.Name.ENOUGH, defaults={"problem": problem, "checked_at": clock.now()}
    )
    logger.error("payments: %s", problem)
    event = f"balance_too_low:{clock.now():%Y-%m-%d}"
    text = "They are sent once the balance at Stripe covers them. Check that its payouts to our bank are manual, and top it up."
    path = f"{reverse('admin:payments_transfer_changelist')}?waits=balance"
    for person in staff():
        if not Notification.objects.filter(person=person, event=event).exists():
            notify(
                person,
                NewNotification(
                    NOTIFICATION, event, "Transfers to builders wait for our balance", text, path, "See them"
                ),
            )


def _waiting() -> list[Transfer]:
    """Returns the transfers that wait for our balance and could be sent otherwise, those due first. One query."""
    rows = Transfer.objects.filter(
        state=Transfer.State.PAYABLE, waits_for_balance=True,
        owner__provider_account__status=ProviderAccount.Status.READY,
    )  # fmt: skip
    return list(rows.select_related("payment").order_by("due_at", "id"))


def _problem() -> str:
    count = Transfer.objects.filter(state=Transfer.State.PAYABLE, waits_for_balance=True).count()
    if not count:
        return NOBODY_WAITS
    subject = "a transfer to a builder waits" if count == 1 else f"{count} transfers to builders wait"
    return f"Our balance at Stripe is too low: {subject} for it."


def try_again() -> int:
    """Queues the transfers again that our balance covers by now, those due first; returns how many. Asks Stripe only if
    one waits."""
    from payments.stripe import balance  # with the SDK, which takes a while to import

    waiting = _waiting()
    available = balance.available() if waiting else {}
    covered = []
    for transfer in waiting:
        currency = transfer.payment.currency
        left = available.get(currency)
        if left is None:  # converted from another currency, so only Stripe knows whether it is enough
            covered.append(transfer.pk)
        elif transfer.unsent <= left.amount:
            covered.append(transfer.pk)
            available[currency] = Money(left.amount - transfer.unsent, currency)
    queued = queue(covered)
    ProviderCheck.objects.filter(name=ProviderCheck.Name.ENOUGH).update(problem=_problem(), checked_at=clock.now())
    return queued
