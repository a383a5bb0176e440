"""What Waymark asks of Stripe. Every change has an idempotency key from our own rows, so that repeating it is safe.

Stripe keeps its answer for a key for a day, also where it is a fault or a refusal. So when a kept answer comes back,
the current state is read first, and then a second key of the same row is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from core.money import Money
from payments.stripe.amounts import in_stripe_units
from payments.stripe.client import call
from payments.stripe.errors import MISMATCH, KeptFault, PaymentRefused
from payments.stripe.objects import (
    PAYEE,
    PLATFORM,
    REFERENCE,
    REFUND,
    NewCheckout,
    ProviderCheckout,
    ProviderPayment,
    ProviderPaymentState,
    ProviderRefund,
    checkout_of,
    payment_of,
    refund_of,
)

CAPTURED_LATER = ["card", "link"]  # what Stripe can reserve without taking it
MOST_KEYS = 10
PAGE = 100
CHARGE = ["latest_charge.balance_transaction"]
TRANSACTIONS = ["balance_transaction", "failure_balance_transaction"]
LISTED_TRANSACTIONS = [f"data.{name}" for name in TRANSACTIONS]

Result = TypeVar("Result")


def create_checkout(checkout: NewCheckout) -> ProviderCheckout:
    """Returns a page on which a sum is paid once. Raises BadMoney for a sum that Stripe does not take."""
    currency = checkout.money.currency.lower()
    metadata = {REFERENCE: checkout.reference, PAYEE: str(checkout.payee_id or PLATFORM)}
    price = {
        "currency": currency,
        "unit_amount": in_stripe_units(checkout.money),
        "product_data": {"name": checkout.title},
    }
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": checkout.success_url,
        "cancel_url": checkout.cancel_url,
        "client_reference_id": checkout.reference,
        "metadata": metadata,  # not copied to the payment, so it is sent twice
        "payment_intent_data": {"metadata": metadata},
        "expires_at": int(checkout.expires_at.timestamp()),
    }
    if checkout.is_held:
        params["payment_intent_data"]["capture_method"] = "manual"
        params["payment_method_types"] = CAPTURED_LATER
    if checkout.customer_id:
        params["customer"] = checkout.customer_id
        params["payment_intent_data"]["setup_future_usage"] = "off_session"
    elif checkout.email:
        params["customer_email"] = checkout.email

    def create(key: str) -> ProviderCheckout:
        options: Any = {"idempotency_key": key}
        typed: Any = params
        try:
            return checkout_of(call(lambda client: client.v1.checkout.sessions.create(typed, options)))
        except PaymentRefused as refused:
            if refused.code != MISMATCH:
                raise
            # requested before, for example with the client's former address: use the next key
            raise KeptFault from None

    # A page that was never shown cannot have been paid, so no search is needed.
    return once_per_key(create, key=f"checkout:{checkout.key}", look=lambda: None)


def fetch_checkout(checkout_id: str) -> ProviderCheckout:
    return checkout_of(call(lambda client: client.v1.checkout.sessions.retrieve(checkout_id)))


def expire_checkout(checkout_id: str) -> ProviderCheckout:
    """Closes a page, so that nobody pays on it any more; returns it as it is if it was closed or paid before."""

    def expire(key: str) -> ProviderCheckout:
        options: Any = {"idempotency_key": key}
        return checkout_of(call(lambda client: client.v1.checkout.sessions.expire(checkout_id, {}, options)))

    try:
        return once_per_key(expire, key=f"expire:{checkout_id}", look=lambda: fetch_checkout(checkout_id))
    except PaymentRefused as refused:
        if refused.code == "resource_missing":
            raise
        return fetch_checkout(checkout_id)


def fetch_payment(payment_id: str) -> ProviderPayment:
    """Returns a payment with its refunds and disputes, as they are now. Two calls; three if it was disputed."""
    params: Any = {"expand": CHARGE}
    intent = call(lambda client: client.v1.payment_intents.retrieve(payment_id, params))
    is_disputed = (intent["latest_charge"] or {}).get("disputed")
    disputes = _disputes_of(payment_id) if is_disputed else []
    return payment_of(intent, _refunds_of(payment_id) if intent["amount_received"] else [], disputes)


def capture(payment_id: str, money: Money | None = None) -> ProviderPayment:
    """Takes what was reserved, or only this part of it; the rest is released. Returns the payment as it is if something
    was taken before. Raises PaymentRefused."""
    params: Any = {} if money is None else {"amount_to_capture": in_stripe_units(money)}

    def work(key: str) -> None:
        options: Any = {"idempotency_key": key}
        call(lambda client: client.v1.payment_intents.capture(payment_id, params, options))

    part = f":{params['amount_to_capture']}" if params else ""
    return _moved(payment_id, work, f"capture:{payment_id}{part}", ProviderPaymentState.CAPTURED)


def cancel(payment_id: str) -> ProviderPayment:
    """Releases what was reserved, which costs nothing; returns the payment as it is if it was already released.

    Raises PaymentRefused for a payment that was taken, which can only be refunded.
    """

    def work(key: str) -> None:
        options: Any = {"idempotency_key": key}
        call(lambda client: client.v1.payment_intents.cancel(payment_id, {}, options))

    return _moved(payment_id, work, f"cancel:{payment_id}", ProviderPaymentState.CANCELLED)


def refund(*, key: str, payment_id: str, money: Money) -> ProviderRefund:
    """Refunds a sum to the method that was paid with, once. `key` is that of our row. Raises PaymentRefused.

    Stripe forgets an idempotency key after a day. So it is asked first whether this row was refunded before.
    """
    params: Any = {
        "payment_intent": payment_id,
        "amount": in_stripe_units(money),
        "reason": "requested_by_customer",
        "metadata": {REFUND: key},
        "expand": TRANSACTIONS,
    }

    def create(idempotency_key: str) -> ProviderRefund:
        options: Any = {"idempotency_key": idempotency_key}
        return refund_of(call(lambda client: client.v1.refunds.create(params, options)))

    def look() -> ProviderRefund | None:
        refunds = (refund_of(refund) for refund in _refunds_of(payment_id))
        return next((refund for refund in refunds if refund.key == key), None)

    earlier = look()
    if earlier is not None and earlier.money != money:
        raise PaymentRefused(MISMATCH)
    return earlier or once_per_key(create, key=f"refund:{key}", look=look)


def transactions_since(since: datetime | None) -> Iterator[dict[str, Any]]:
    """Yields the transactions of our balance at Stripe, newest first, each with the object that caused it."""
    params: dict[str, Any] = {"limit": PAGE, "expand": ["data.source"]}
    if since is not None:
        params["created"] = {"gte": int(since.timestamp())}
    yield from all_pages(lambda client, page: client.v1.balance_transactions.list(page), params)


def _refunds_of(payment_id: str) -> list[dict[str, Any]]:
    params = {"payment_intent": payment_id, "limit": PAGE, "expand": LISTED_TRANSACTIONS}
    return list(all_pages(lambda client, page: client.v1.refunds.list(page), params))


def _disputes_of(payment_id: str) -> list[dict[str, Any]]:
    params = {"payment_intent": payment_id, "limit": PAGE}
    return list(all_pages(lambda client, page: client.v1.disputes.list(page), params))


def all_pages(read: Callable[[Any, Any], Any], params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields the rows of all pages of a list, each read by a call of its own."""
    page = dict(params)
    while True:
        answer = call(lambda client, page=page: read(client, page))  # type: ignore[misc]  # the SDK's client as its only argument
        yield from answer["data"]
        if not answer["has_more"]:
            return
        page = params | {"starting_after": answer["data"][-1]["id"]}


def _moved(payment_id: str, work: Callable[[str], None], key: str, wanted: ProviderPaymentState) -> ProviderPayment:
    """Moves a payment to a state, and returns it as it is afterwards, also if it was in that state before."""

    def look() -> ProviderPayment | None:
        payment = fetch_payment(payment_id)
        return payment if payment.state is wanted else None

    def move(key: str) -> ProviderPayment:
        work(key)
        return fetch_payment(payment_id)

    try:
        return once_per_key(move, key=key, look=look)
    except PaymentRefused:
        payment = look()
        if payment is None:
            raise
        return payment


def once_per_key(work: Callable[[str], Result], *, key: str, look: Callable[[], Result | None]) -> Result:
    """Runs a change with the key. If Stripe keeps a fault or a refusal for it, looks whether the change was done
    meanwhile, or else takes another key."""
    for number in range(1, MOST_KEYS + 1):
        try:
            return work(key if number == 1 else f"{key}:{number}")
        except KeptFault:
            pass
        except PaymentRefused as refused:
            if not refused.is_kept:
                raise
        result = look()
        if result is not None:
            return result
    raise KeptFault
