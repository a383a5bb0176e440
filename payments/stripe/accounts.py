"""Builders' accounts at Stripe (Accounts v2): created by us, filled in by the builder on Stripe's own pages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from payments.stripe.client import call
from payments.stripe.errors import MISMATCH, KeptFault, PaymentRefused
from payments.stripe.objects import OWNER, Record
from payments.stripe.operations import once_per_key

INCLUDED = ["configuration.recipient", "requirements"]


class AccountState(Enum):
    INCOMPLETE = "incomplete"  # the builder has to enter something
    CHECKING = "checking"  # Stripe is checking what was entered
    READY = "ready"
    CLOSED = "closed"


@dataclass(frozen=True)
class RemoteAccount:
    """An account as Stripe has it. `missing` are Stripe's names of what the builder has to enter."""

    id: str
    state: AccountState
    missing: tuple[str, ...]


def create_account(*, key: str, owner_id: str, name: str, email: str, country: str) -> RemoteAccount:
    """Creates an account that receives transfers. `key` is that of our row."""
    params: Any = {
        "display_name": name,
        "contact_email": email,
        "dashboard": "express",
        "identity": {"country": country, "entity_type": "individual"},
        "configuration": {
            "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}},
        },
        "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
        "metadata": {OWNER: owner_id},
        "include": INCLUDED,
    }

    def create(idempotency_key: str) -> RemoteAccount:
        options: Any = {"idempotency_key": idempotency_key}
        try:
            return _account_of(call(lambda client: client.v2.core.accounts.create(params, options)))
        except PaymentRefused as refused:
            if refused.code != MISMATCH:
                raise
            raise KeptFault from None  # asked for before with the builder's former name, for example: takes the next key

    # An account that nobody has seen receives no money, so nothing has to be looked for.
    return once_per_key(create, key=f"account:{key}", look=lambda: None)


def fetch_account(account_id: str) -> RemoteAccount:
    params: Any = {"include": INCLUDED}
    return _account_of(call(lambda client: client.v2.core.accounts.retrieve(account_id, params)))


def create_link(account_id: str, *, return_url: str, refresh_url: str) -> str:
    """Returns the address of a page of Stripe on which the builder enters what is missing. It works once, for minutes."""
    onboarding = {"configurations": ["recipient"], "return_url": return_url, "refresh_url": refresh_url}
    params: Any = {"account": account_id, "use_case": {"type": "account_onboarding", "account_onboarding": onboarding}}
    return str(call(lambda client: client.v2.core.account_links.create(params))["url"])


def pays_out_by_itself() -> bool:
    """Whether Stripe sends the balance of the platform to its bank by itself, with which builders are to be paid."""
    settings = call(lambda client: client.v1.balance_settings.retrieve())
    payouts = (settings.get("payments") or {}).get("payouts") or {}
    interval = (payouts.get("schedule") or {}).get("interval")
    return interval not in (None, "manual")


def _account_of(row: Record) -> RemoteAccount:
    missing = tuple(_missing(row))
    return RemoteAccount(id=row["id"], state=_state_of(row, has_missing=bool(missing)), missing=missing)


def _missing(row: Record) -> list[str]:
    entries = (row.get("requirements") or {}).get("entries") or []
    names = [entry["description"] for entry in entries if entry["awaiting_action_from"] == "user"]
    return list(dict.fromkeys(name[:200] for name in names))


def _state_of(row: Record, *, has_missing: bool) -> AccountState:
    if row.get("closed"):
        return AccountState.CLOSED
    recipient = (row.get("configuration") or {}).get("recipient") or {}
    balance = (recipient.get("capabilities") or {}).get("stripe_balance") or {}
    status = (balance.get("stripe_transfers") or {}).get("status")
    if status == "active":
        return AccountState.READY
    return AccountState.INCOMPLETE if has_missing else AccountState.CHECKING
