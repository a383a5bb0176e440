"""The functions that are called with a payment or a checkout as Stripe has it. Apart from `refreshing`, so that apps can
register theirs at start-up without importing the SDK."""

from __future__ import annotations

from collections.abc import Callable

from payments.stripe.objects import ProviderCheckout, ProviderPayment

PaymentListener = Callable[[ProviderPayment], None]
CheckoutListener = Callable[[ProviderCheckout], None]

payment_listeners: list[PaymentListener] = []
checkout_listeners: list[CheckoutListener] = []


def on_payment(listener: PaymentListener) -> None:
    """Registers a function of a payment as Stripe has it, called in the transaction that posts to the ledger.

    Two calls at once can pass different states, the later one first, so a listener never goes back to an earlier state.
    """
    payment_listeners.append(listener)


def on_checkout(listener: CheckoutListener) -> None:
    """Registers a function of a checkout that was paid or has expired."""
    checkout_listeners.append(listener)
