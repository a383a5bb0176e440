"""Customers, their saved cards, the pages on which cards are saved, and charges without anybody present."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.money import Money
from payments.stripe.amounts import in_stripe_units
from payments.stripe.client import call
from payments.stripe.errors import MISMATCH, KeptFault, PaymentRefused
from payments.stripe.objects import ATTEMPT, PAYEE, PERSON, PLATFORM, REFERENCE, ProviderCheckoutState, Record
from payments.stripe.operations import PAGE, all_pages, once_per_key

GONE = "resource_missing"
TRIED = ("succeeded", "requires_payment_method", "requires_action", "canceled")
ASKED_AGAIN = "Your bank asks you to confirm this payment yourself."


@dataclass(frozen=True)
class RemoteCard:
    """A card as Stripe has it. `customer_id` is empty once it was removed."""

    id: str
    customer_id: str
    brand: str
    last4: str
    expires_month: int
    expires_year: int


@dataclass(frozen=True)
class RemoteCardPage:
    """A page on which a card is saved. `card_id` is set once that was done."""

    id: str
    state: ProviderCheckoutState
    address: str | None
    card_id: str


@dataclass(frozen=True)
class NewCardCharge:
    """A charge of a saved card. `key` is that of our row and its attempt; `reference` and `payee_id` as in a checkout."""

    key: str
    reference: str
    payee_id: UUID | None
    money: Money
    customer_id: str
    card_id: str


@dataclass(frozen=True)
class CardChargeOutcome:
    """What came of a charge. `problem` is why it failed, for people; it is empty while the bank has not decided too."""

    intent_id: str
    problem: str


def create_customer(*, person_id: UUID, email: str, name: str) -> str:
    """Returns the id of a new customer; of the same one if it is repeated."""
    params: Any = {"email": email, "name": name, "metadata": {PERSON: str(person_id)}}

    def create(key: str) -> str:
        options: Any = {"idempotency_key": key}
        try:
            return str(call(lambda client: client.v1.customers.create(params, options))["id"])
        except PaymentRefused as refused:
            if refused.code != MISMATCH:
                raise
            raise KeptFault from None  # asked for before with a former name or address: the next key is taken

    return once_per_key(create, key=f"customer:{person_id}", look=lambda: None)


def delete_customer(customer_id: str) -> None:
    """Deletes a customer with all saved cards; one that is gone stays so."""
    try:
        call(lambda client: client.v1.customers.delete(customer_id))
    except PaymentRefused as refused:
        if refused.code != GONE:
            raise


def create_card_page(
    *, key: str, customer_id: str, success_url: str, cancel_url: str, expires_at: datetime
) -> RemoteCardPage:
    params: Any = {
        "mode": "setup",
        "customer": customer_id,
        "payment_method_types": ["card"],
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
    }

    def create(idempotency_key: str) -> RemoteCardPage:
        options: Any = {"idempotency_key": idempotency_key}
        return _page_of(call(lambda client: client.v1.checkout.sessions.create(params, options)))

    # A page that nobody was shown saves no card, so nothing has to be looked for.
    return once_per_key(create, key=f"card_page:{key}", look=lambda: None)


def fetch_card_page(page_id: str) -> RemoteCardPage:
    params: Any = {"expand": ["setup_intent"]}
    return _page_of(call(lambda client: client.v1.checkout.sessions.retrieve(page_id, params)))


def fetch_card(card_id: str) -> RemoteCard:
    row = call(lambda client: client.v1.payment_methods.retrieve(card_id))
    card = row.get("card") or {}
    return RemoteCard(
        id=row["id"],
        customer_id=row.get("customer") or "",
        brand=card.get("brand") or row["type"],
        last4=card.get("last4") or "",
        expires_month=card.get("exp_month") or 12,
        expires_year=card.get("exp_year") or 9999,
    )


def detach_card(card_id: str) -> None:
    """Removes a card from its customer, after which nobody can charge it; one that was removed before stays so."""
    try:
        call(lambda client: client.v1.payment_methods.detach(card_id))
    except PaymentRefused:
        if fetch_card(card_id).customer_id:
            raise


def charge_card(charge: NewCardCharge) -> CardChargeOutcome:
    """Charges a saved card once for the key. Raises BadMoney for a sum that Stripe does not take.

    Stripe forgets an idempotency key after a day, so it is asked first whether this was tried before.
    """
    params: Any = {
        "amount": in_stripe_units(charge.money),
        "currency": charge.money.currency.lower(),
        "customer": charge.customer_id,
        "payment_method": charge.card_id,
        "off_session": True,
        "confirm": True,
        "metadata": {
            REFERENCE: charge.reference,
            PAYEE: str(charge.payee_id or PLATFORM),
            ATTEMPT: charge.key,
        },
    }

    def create(key: str) -> CardChargeOutcome:
        options: Any = {"idempotency_key": key}
        try:
            return _outcome_of(call(lambda client: client.v1.payment_intents.create(params, options)))
        except PaymentRefused as refused:
            return CardChargeOutcome("", str(refused))

    def look() -> CardChargeOutcome | None:
        return _tried_before(charge)

    return look() or once_per_key(create, key=f"charge:{charge.key}", look=look)


def _tried_before(charge: NewCardCharge) -> CardChargeOutcome | None:
    params = {"customer": charge.customer_id, "limit": PAGE}
    for row in all_pages(lambda client, page: client.v1.payment_intents.list(page), params):
        if (row["metadata"] or {}).get(ATTEMPT) == charge.key:
            return _outcome_of(row)
    return None


def _outcome_of(intent: Record) -> CardChargeOutcome:
    if intent["status"] == "succeeded":
        return CardChargeOutcome(intent["id"], "")
    if intent["status"] not in TRIED:
        return CardChargeOutcome(intent["id"], "")  # it is being processed: an event says what comes of it
    error = intent["last_payment_error"] or {}
    return CardChargeOutcome(intent["id"], error.get("message") or ASKED_AGAIN)


def _page_of(session: Record) -> RemoteCardPage:
    intent = session.get("setup_intent")
    return RemoteCardPage(
        id=session["id"],
        state=ProviderCheckoutState(session["status"]),
        address=session["url"],
        card_id=(intent.get("payment_method") or "") if isinstance(intent, dict) else "",
    )
