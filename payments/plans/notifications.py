"""Notifies subscribers, and builders of their subscribers, of what happens to a subscription: one mail for each event."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify, notify_in_app
from payments.models import Payment, Refund, Subscription, SubscriptionCharge
from payments.plans.states import EndReason, SubscriptionStatus

NOTIFICATION = "subscription"
ENDED = {
    EndReason.REQUESTED: "You cancelled it. You can subscribe again at any time.",
    EndReason.UNPAID: "It could not be paid, and its days of grace are over. You can subscribe again at any time.",
    EndReason.CLOSED: "It was closed, and nothing is charged any more.",
}


def started(subscription: Subscription) -> None:
    """Notifies both sides that a subscription has begun."""
    until = _day(subscription, subscription.current_period_end)
    if subscription.status == SubscriptionStatus.TRIALING:
        title = f"Your trial of {subscription.plan.name} has begun"
        text = f"It is free until {until}. After that you pay {subscription.plan.price_text}."
    else:
        title = f"You have subscribed to {subscription.plan.name}"
        text = f"You pay {subscription.plan.price_text}. It renews on {until}. You can cancel at any time."
    _notify(subscription, "started", title, text, "See your subscription")
    _tell_seller(subscription, "started", "has subscribed to")


def trial_ends_soon(subscription: Subscription) -> None:
    """Reminds of the end of a trial, unless it was cancelled, paused or paid meanwhile."""
    if subscription.status != SubscriptionStatus.TRIALING or subscription.cancel_requested_at is not None:
        return
    title = f"Your trial of {subscription.plan.name} ends on {_day(subscription, subscription.current_period_end)}"
    text = f"Then you pay {subscription.plan.price_text}. Cancel before that day if you do not want to go on."
    _notify(subscription, "trial_ends", title, text, "See your subscription")


def renewed(subscription: Subscription, payment: Payment) -> None:
    paid = payment.money(payment.amount_paid).shown()
    title = f"Your subscription to {subscription.plan.name} was renewed"
    text = f"{paid} was paid with {payment.method or 'your card'}. It renews again on {_end(subscription)}."
    _notify(subscription, f"paid:{payment.pk}", title, text, "See your subscription")


def payment_failed(subscription: Subscription, charge: SubscriptionCharge, problem: str) -> None:
    """Notifies the subscriber of each failed attempt, and until when they can pay."""
    title = f"{charge.money.shown()} for {subscription.plan.name} could not be paid"
    text = f"{problem} Pay or add another card until {_day(subscription, subscription.grace_until)}, or it ends then."
    _notify(subscription, f"failed:{charge.pk}:{charge.attempts}", title, text, "Pay now")


def recovered(subscription: Subscription, payment: Payment) -> None:
    title = f"Your payment for {subscription.plan.name} has arrived"
    text = f"{payment.money(payment.amount_paid).shown()} was paid. It renews on {_end(subscription)}."
    _notify(subscription, f"paid:{payment.pk}", title, text, "See your subscription")


def changed(subscription: Subscription) -> None:
    title = f"Your plan is now {subscription.plan.name}"
    text = f"You pay {subscription.plan.price_text}, the next time on {_end(subscription)}."
    _notify(subscription, f"changed:{_moment(subscription)}", title, text, "See your subscription")
    _tell_seller(subscription, f"changed:{_moment(subscription)}", "has changed to")


def will_change(subscription: Subscription) -> None:
    assert subscription.next_plan is not None
    title = f"Your plan changes to {subscription.next_plan.name} on {_end(subscription)}"
    text = f"From then on you pay {subscription.next_plan.price_text}. Until then nothing changes."
    _notify(subscription, f"will_change:{_moment(subscription)}", title, text, "See your subscription")


def change_failed(subscription: Subscription, charge: SubscriptionCharge, problem: str) -> None:
    title = f"Your plan was not changed to {charge.plan.name}"
    text = f"{problem} Nothing was charged, and your plan is the same."
    _notify(subscription, f"change_failed:{charge.pk}", title, text, "See your subscription")


def will_end(subscription: Subscription) -> None:
    title = f"Your subscription to {subscription.plan.name} ends on {_end(subscription)}"
    text = "Until then you can use what you have paid for. Nothing more is charged."
    _notify(subscription, f"will_end:{_moment(subscription)}", title, text, "See your subscription")
    _tell_seller(subscription, f"will_end:{_moment(subscription)}", "has cancelled")


def offer_closed(subscription: Subscription) -> None:
    """Notifies the subscriber only: the builder is the one who has stopped."""
    title = f"Your subscription to {subscription.plan.name} ends on {_end(subscription)}"
    text = (
        "The builder is no longer on Waymark. Nothing more is charged, and the sessions that are left are refunded "
        "tomorrow."
    )
    _notify(subscription, f"will_end:{_moment(subscription)}", title, text, "See your subscription")


def rest_refunded(charge: SubscriptionCharge, refund: Refund, sessions: int) -> None:
    """Notifies the subscriber of what they get back for the sessions that were left."""
    subscription = charge.subscription
    title = f"Refund of {refund.money.shown()} for {subscription.plan.name}"
    how = "You have it as credit." if refund.as_credit else "It goes back the way it was paid, usually within 10 days."
    number = f"{sessions} session{' was' if sessions == 1 else 's were'} left."
    _notify(subscription, f"rest:{refund.pk}", title, f"{number} {how} {refund.reason}", "See your subscription")


def kept(subscription: Subscription) -> None:
    title = f"Your subscription to {subscription.plan.name} goes on"
    text = f"You have taken the cancellation back. It renews on {_end(subscription)}."
    _notify(subscription, f"kept:{_moment(subscription)}", title, text, "See your subscription")


def paused(subscription: Subscription) -> None:
    title = f"Your subscription to {subscription.plan.name} is paused"
    text = f"Nothing is charged until you resume it. What you have paid for can be used until {_end(subscription)}."
    _notify(subscription, f"paused:{_moment(subscription)}", title, text, "See your subscription")
    _tell_seller(subscription, f"paused:{_moment(subscription)}", "has paused")


def resumed(subscription: Subscription) -> None:
    title = f"Your subscription to {subscription.plan.name} is resumed"
    text = f"It renews on {_end(subscription)}."
    _notify(subscription, f"resumed:{_moment(subscription)}", title, text, "See your subscription")


def ended(subscription: Subscription) -> None:
    title = f"Your subscription to {subscription.plan.name} has ended"
    text = ENDED.get(EndReason(subscription.end_reason), "")
    _notify(subscription, "ended", title, text, "See your subscriptions")
    _tell_seller(subscription, "ended", "no longer subscribes to")


def _notify(subscription: Subscription, event: str, title: str, text: str, call: str) -> None:
    path = reverse("payments:subscription", args=[subscription.pk])
    key = f"subscription:{subscription.pk}:{event}"
    notify(subscription.subscriber, NewNotification(NOTIFICATION, key, title, text, path, call))


def _tell_seller(subscription: Subscription, event: str, verb: str) -> None:
    """Tells the builder in Waymark only, because they have nothing to do."""
    seller: User | None = subscription.seller
    if seller is not None:
        title = f"{subscription.subscriber.display_name} {verb} {subscription.plan.name}"
        key = f"subscriber:{subscription.pk}:{event}"
        path = reverse("payments:own_plans")
        notify_in_app(seller, NewNotification(NOTIFICATION, key, title, "", path, "See your plans"))


def _moment(subscription: Subscription) -> str:
    """Returns a text that is another one after each change, for events that can happen again."""
    return f"{subscription.changed_at:%Y%m%d%H%M%S%f}"


def _end(subscription: Subscription) -> str:
    return _day(subscription, subscription.current_period_end)


def _day(subscription: Subscription, instant: datetime | None) -> str:
    assert instant is not None
    return f"{instant.astimezone(ZoneInfo(subscription.timezone)):%-d %B %Y}"
