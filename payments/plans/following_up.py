"""What a page or the API does with the provider for a subscription: leads on to it, and checks what came of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

from core import clock
from core.errors import Refused
from core.service_calls import ServiceDown
from payments import checkouts
from payments.models import CardPage, Subscription, SubscriptionCharge
from payments.plans import cards, charges, starting
from payments.plans.states import SubscriptionStatus
from payments.refusals import PaymentRefusal

Status = SubscriptionStatus


def lead_on(subscription: Subscription) -> str:
    """Has the provider's page ready that is needed next, and returns its address; an empty text if none is needed.

    A trial begins at once for somebody who has a card. Refuses if the provider does not answer.
    """
    if subscription.status == Status.INCOMPLETE and starting.has_trial(subscription):
        if cards.default_card(subscription.subscriber) is not None:
            starting.start_trial(subscription=subscription, now=clock.now())
            return ""
        address = starting.page_address(subscription)
        page = cards.start_page(
            person=subscription.subscriber, subscription=subscription, return_url=f"{address}?returned=yes",
            cancel_url=address,
        )  # fmt: skip
        return page.address
    return starting.start_paying(subscription=subscription).address


def pay_url(subscription: Subscription, charge: SubscriptionCharge | None) -> str:
    """Returns the address of the provider's page that is ready, if there is one. Up to two queries."""
    now: datetime = clock.now()
    if charge is not None:
        payment = charges.payment_of(charge)
        live = checkouts.live_checkout(payment.pk) if payment is not None else None
        return live.address if live is not None and live.expires_at > now else ""
    page = CardPage.objects.filter(subscription=subscription, state=CardPage.State.OPEN, expires_at__gt=now).first()
    return page.address if page is not None and subscription.status == Status.INCOMPLETE else ""


def check(subscription: Subscription) -> None:
    """Reads from the provider what became of its pages, as its events do. Refuses if it does not answer."""
    from payments.stripe.errors import PaymentRefused  # with the SDK, which takes a while to import

    charge = charges.open_charge(subscription)
    payment = charges.payment_of(charge) if charge is not None else None
    live = checkouts.live_checkout(payment.pk) if payment is not None else None
    try:
        if live is not None:
            checkouts.read_page(live)
        for page in CardPage.objects.filter(subscription=subscription, state=CardPage.State.OPEN):
            cards.read_page(page)
    except ServiceDown:
        raise Refused(PaymentRefusal.PROVIDER_DOWN, retry_after=60) from None
    except PaymentRefused as refused:
        raise Refused(PaymentRefusal.NOT_PAYABLE, str(refused)) from None


def expected_sum(text: str) -> Decimal:
    """Returns the sum that a form sends back as it was shown; a text that is none is a sum that nothing costs."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return Decimal(-1)
    return amount if amount.is_finite() else Decimal(-1)
