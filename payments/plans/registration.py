"""Registers what plans and subscriptions add to the rest of Waymark; called once at start-up."""

from __future__ import annotations

from core.outbox import register_channel
from core.registry import register_demo, register_integrity, register_notification_kind
from payments.invoices.subjects import register_sold_subject
from payments.plans import (
    cards,
    delivery,
    demo,
    following,
    integrity,
    invoicing,
    jobs,
    notifications,
    personal,
    receivers,  # noqa: F401  (registers itself)
)
from payments.plans.queries import shown_subscriptions
from payments.stripe.listeners import on_checkout, on_payment
from payments.subjects import register_payment_subject


def register() -> None:
    personal.register()
    register_demo("payments", demo.seed)
    register_channel(delivery.CHANNEL, jobs.deliver)
    register_notification_kind(notifications.NOTIFICATION, "Subscriptions", "coins")
    register_integrity("payments: subscription charges", integrity.charges_that_differ)
    register_integrity("payments: sessions of subscriptions", integrity.sessions_that_differ)
    register_integrity("payments: subscriptions", integrity.subscriptions_that_wait)
    register_payment_subject("subscription", shown_subscriptions)
    register_sold_subject("subscription", invoicing.sold)
    on_checkout(cards.follow)
    on_payment(following.follow)
