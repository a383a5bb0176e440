"""Transfers of money from our balance at Stripe to the accounts of builders there, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.money import Money
from payments.stripe.amounts import from_stripe_units, in_stripe_units
from payments.stripe.client import call
from payments.stripe.errors import PaymentRefused
from payments.stripe.objects import REVERSAL, TRANSFER, ProviderTransfer, Record, movement_of
from payments.stripe.operations import PAGE, all_pages, once_per_key

MOVEMENT = ["balance_transaction"]
LISTED_MOVEMENT = ["data.balance_transaction"]


@dataclass(frozen=True)
class NewTransfer:
    """What is transferred. `key` is that of our row, and `group` the reference of what was paid.

    `charge_id` is the payment that it is taken from, so that it need not have arrived in our balance yet. Without it the
    transfer is taken from what the balance has: Stripe counts what was taken back as still transferred from the charge.
    """

    key: str
    money: Money
    account_id: str
    charge_id: str
    group: str


@dataclass(frozen=True)
class SentTransfer:
    """A transfer, or a reversal of one, as Stripe has it. Its money is in the currency of our balance."""

    id: str
    key: str
    money: Money
    movement: ProviderTransfer


def send(transfer: NewTransfer) -> SentTransfer:
    """Transfers a sum once. Raises PaymentRefused, ServiceDown.

    Stripe forgets an idempotency key after a day. So it is asked first whether this row was transferred before. The key
    names the sum, because a transfer that was refused can be smaller when it is tried again.
    """
    params: Any = {
        "amount": in_stripe_units(transfer.money),
        "currency": transfer.money.currency.lower(),
        "destination": transfer.account_id,
        "transfer_group": transfer.group,
        "metadata": {TRANSFER: transfer.key},
        "expand": MOVEMENT,
    }
    if transfer.charge_id:
        params["source_transaction"] = transfer.charge_id

    def create(idempotency_key: str) -> SentTransfer:
        options: Any = {"idempotency_key": idempotency_key}
        return _sent(call(lambda client: client.v1.transfers.create(params, options)), TRANSFER)

    def look() -> SentTransfer | None:
        query = {"transfer_group": transfer.group, "limit": PAGE, "expand": LISTED_MOVEMENT}
        rows = all_pages(lambda client, page: client.v1.transfers.list(page), query)
        return next((_sent(row, TRANSFER) for row in rows if _key(row, TRANSFER) == transfer.key), None)

    key = f"transfer:{transfer.key}:{params['amount']}"
    return _checked(look(), transfer.money) or once_per_key(create, key=key, look=look)


def take_back(*, key: str, transfer_id: str, money: Money) -> SentTransfer:
    """Takes back a part of a transfer once. The sum is in the currency of the transfer. Raises PaymentRefused if the
    builder's balance does not cover it."""
    params: Any = {"amount": in_stripe_units(money), "metadata": {REVERSAL: key}, "expand": MOVEMENT}

    def create(idempotency_key: str) -> SentTransfer:
        options: Any = {"idempotency_key": idempotency_key}
        return _sent(call(lambda client: client.v1.transfers.reversals.create(transfer_id, params, options)), REVERSAL)

    def look() -> SentTransfer | None:
        query = {"limit": PAGE, "expand": LISTED_MOVEMENT}
        rows = all_pages(lambda client, page: client.v1.transfers.reversals.list(transfer_id, page), query)
        return next((_sent(row, REVERSAL) for row in rows if _key(row, REVERSAL) == key), None)

    return _checked(look(), money) or once_per_key(create, key=f"reversal:{key}", look=look)


def _checked(earlier: SentTransfer | None, money: Money) -> SentTransfer | None:
    """Returns what was done earlier. Refuses another sum; one that arrived in another currency cannot be compared."""
    if earlier is not None and earlier.money.currency == money.currency and earlier.money != money:
        raise PaymentRefused("idempotency_mismatch")
    return earlier


def _key(row: Record, name: str) -> str:
    return str((row["metadata"] or {}).get(name, ""))


def _sent(row: Record, name: str) -> SentTransfer:
    movement = movement_of(row["balance_transaction"])
    assert movement is not None
    money = from_stripe_units(row["amount"], row["currency"])
    return SentTransfer(id=row["id"], key=_key(row, name), money=money, movement=movement)
