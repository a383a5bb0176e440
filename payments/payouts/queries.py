"""Reads of balances and payouts for pages and the API, each with its number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import User
from accounts.roles import Role
from core.money import Money
from payments import ledger
from payments.models import LedgerAccount, ProviderAccount, Transfer
from payments.payouts.accounts import account_of
from payments.payouts.holds import frozen_reasons
from payments.subjects import ShownSubject, subjects_of

BALANCE_TOO_LOW = "Waymark’s balance at Stripe is too low at the moment. It is sent as soon as that has changed."
Kind, State = LedgerAccount.Kind, Transfer.State


@dataclass(frozen=True)
class Balance:
    """What a builder has in one currency: `funds` that clients have paid and are not due yet, what is due, what was paid
    out, and what is owed after refunds."""

    currency: str
    funds: Money
    payable: Money
    paid_out: Money
    debt: Money


def balances_of(person: User) -> list[Balance]:
    """Returns the person's balances, by currency. One query."""
    sums = ledger.balances(person.pk)
    kinds = (Kind.CLIENT_FUNDS, Kind.PAYABLE, Kind.PAID_OUT, Kind.DEBT)
    currencies = sorted({currency for kind in kinds for currency in sums.get(kind, {})})

    def of(kind: LedgerAccount.Kind, currency: str, sign: int) -> Money:
        money = sums.get(kind, {}).get(currency)
        return Money(money.amount * sign if money else Decimal(0), currency)

    return [
        Balance(
            currency=currency,
            funds=of(Kind.CLIENT_FUNDS, currency, -1),
            payable=of(Kind.PAYABLE, currency, -1),
            paid_out=of(Kind.PAID_OUT, currency, 1),
            debt=of(Kind.DEBT, currency, 1),
        )
        for currency in currencies
    ]


@dataclass(frozen=True)
class ShownPayout:
    """A transfer with what it is for, and why it waits."""

    transfer: Transfer
    subject: ShownSubject | None
    reason: str


def shown(transfers: Sequence[Transfer], account: ProviderAccount | None) -> list[ShownPayout]:
    """Returns the transfers of one builder with their subjects and what they wait for. Three queries."""
    subjects = subjects_of(transfer.payment for transfer in transfers)
    frozen = frozen_reasons(transfer.payment_id for transfer in transfers if _is_waiting(transfer))
    return [
        ShownPayout(
            transfer, subjects.get(transfer.payment_id), _reason(transfer, frozen.get(transfer.payment_id, ""), account)
        )
        for transfer in transfers
    ]


def _is_waiting(transfer: Transfer) -> bool:
    return transfer.state in (State.SCHEDULED, State.PAYABLE)


def _reason(transfer: Transfer, frozen: str, account: ProviderAccount | None) -> str:
    """Returns why a transfer waits, apart from its day; an empty string if nothing else keeps it."""
    if not _is_waiting(transfer):
        return ""
    if frozen:
        return frozen
    if account is None or not account.provider_id:
        return "Set up your payout account first."
    if transfer.waits_for_balance:
        return BALANCE_TOO_LOW
    return "" if account.is_ready and not transfer.problem else transfer.problem or "Your payout account is not ready."


def has_payouts(person: User) -> bool:
    """Whether the page about payouts is theirs: builders, and former ones whose money is kept. Two queries at most."""
    if Role.BUILDER in person.roles:
        return True
    return account_of(person) is not None or Transfer.objects.visible_to(person).exists()


def missing_words(requirements: Iterable[str]) -> list[str]:
    """Returns what the provider still needs, in plain words."""
    return list(dict.fromkeys(_plain(name) for name in requirements))


WORDS = {
    "given_name": "Your name",
    "surname": "Your name",
    "date_of_birth": "Your date of birth",
    "address": "Your address",
    "phone": "Your telephone number",
    "email": "Your email address",
    "id_numbers": "Your tax or identity number",
    "documents": "A photo of an identity document",
    "default_outbound_destination": "Your bank account",
    "terms_of_service": "Your agreement to Stripe’s terms",
    "business_details": "Details of your business",
}


def _plain(name: str) -> str:
    """Returns the words for one of the provider's names, such as `identity.individual.date_of_birth`."""
    parts = name.split(".")
    known = next((WORDS[part] for part in parts if part in WORDS), None)
    return known or parts[-1].replace("_", " ").capitalize()
