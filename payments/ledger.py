"""Posts entries to the ledger and reads balances from it.

An entry is a list of movements, each a sum that goes from one account (credit) to another (debit). So an entry always
balances, and the triggers of the database only find what was written past this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from core.ids import uuid7
from core.money import Money, from_minor_units, in_minor_units
from payments.models import LedgerAccount, LedgerEntry, LedgerLeg

Kind = LedgerAccount.Kind


@dataclass(frozen=True)
class AccountName:
    """Which account: its kind, and its owner, who is None for the platform. The currency is that of the sum."""

    kind: Kind
    owner_id: UUID | None = None


PROVIDER = AccountName(Kind.PROVIDER)
PROVIDER_FEES = AccountName(Kind.PROVIDER_FEES)
PLATFORM_FEES = AccountName(Kind.PLATFORM_FEES)


def funds_of(payee_id: UUID | None) -> AccountName:
    """Returns the account that a payment to this person is credited to. One to Waymark itself is earned at once."""
    return AccountName(Kind.CLIENT_FUNDS, payee_id) if payee_id else PLATFORM_FEES


CREDIT_UNIT = "CRD"  # in the place of a currency; no currency of ISO 4217 has this code


@dataclass(frozen=True)
class Credits:
    """A number of sessions that were paid for in advance, which the ledger counts as it counts money."""

    count: int

    @property
    def currency(self) -> str:
        return CREDIT_UNIT


@dataclass(frozen=True)
class Movement:
    """A sum that is credited to one account and debited to another."""

    debit: AccountName
    credit: AccountName
    money: Money | Credits


@dataclass(frozen=True)
class NewEntry:
    """An entry to post with others."""

    reference: str
    kind: LedgerEntry.Kind
    occurred_at: datetime
    movements: Sequence[Movement]
    provider_id: str = ""


class ReplayDiffers(Exception):
    """An entry of this reference exists with other sums, which is a fault here or at the provider."""


@transaction.atomic
def post(
    *,
    reference: str,
    kind: LedgerEntry.Kind,
    occurred_at: datetime,
    movements: Sequence[Movement],
    provider_id: str = "",
) -> bool:
    """Posts an entry once. Returns False if the same entry was posted before; raises ReplayDiffers for other sums."""
    accounts = _accounts(movements)
    legs = _legs(movements, accounts)
    entry_id = _insert_entry(reference, kind, occurred_at, provider_id, len(legs))
    if entry_id is None:
        _check_replay(reference, legs)
        return False
    LedgerLeg.objects.bulk_create(
        LedgerLeg(entry_id=entry_id, account_id=account_id, debit=debit, credit=credit)
        for account_id, debit, credit in legs
    )
    return True


@transaction.atomic
def post_all(entries: Sequence[NewEntry]) -> None:
    """Posts new entries together, with four queries however many there are. Raises an error if one was posted before."""
    accounts = _accounts([movement for entry in entries for movement in entry.movements])
    legs = [_legs(entry.movements, accounts) for entry in entries]
    rows = [
        LedgerEntry(
            reference=entry.reference, kind=entry.kind, occurred_at=entry.occurred_at, provider_id=entry.provider_id,
            leg_count=len(own),
        )
        for entry, own in zip(entries, legs, strict=True)
    ]  # fmt: skip
    LedgerEntry.objects.bulk_create(rows)
    LedgerLeg.objects.bulk_create(
        LedgerLeg(entry_id=row.pk, account_id=account_id, debit=debit, credit=credit)
        for row, own in zip(rows, legs, strict=True)
        for account_id, debit, credit in own
    )


def balances(owner_id: UUID | None) -> dict[Kind, dict[str, Money]]:
    """Returns debits minus credits of each account of this owner, by kind and currency, without credits. One query.

    Adds the legs after the account's closing to the sum in the closing (docs/decisions/0023-ledger-closings.md).
    """
    owned = "account.owner_id = %(owner)s" if owner_id else "account.owner_id IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(BALANCES.format(owned=owned), {"owner": owner_id, "credits": CREDIT_UNIT})
        rows = cursor.fetchall()
    result: dict[Kind, dict[str, Money]] = {}
    for kind, currency, total in rows:
        result.setdefault(Kind(kind), {})[currency] = from_minor_units(int(total), currency)
    return result


@transaction.atomic
def close_accounts(*, before: datetime) -> int:
    """Writes the closings of all accounts, through the last leg of an entry that was posted before; returns their number.

    Legs are numbered when they are inserted, not when they are committed. So `before` has to be longer ago than any
    transaction takes, or a leg with a lower number could still be committed after its account was closed.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [before])
        return int(cursor.rowcount)


# {owned} is one of two constants, so that the index on the owner is used.
BALANCES = """
SELECT account.kind, account.currency, coalesce(closing.balance, 0) + coalesce(later.balance, 0)
FROM payments_ledgeraccount account
LEFT JOIN payments_ledgerclosing closing ON closing.account_id = account.id
CROSS JOIN LATERAL (
    SELECT sum(leg.debit - leg.credit) AS balance FROM payments_ledgerleg leg
    WHERE leg.account_id = account.id AND leg.id > coalesce(closing.through_leg_id, 0)
) later
WHERE {owned} AND account.currency <> %(credits)s
"""
CLOSE = """
WITH last AS (
    SELECT coalesce(max(leg.id), 0) AS id
    FROM payments_ledgerleg leg JOIN payments_ledgerentry entry ON entry.id = leg.entry_id
    WHERE entry.created_at < %s
)
INSERT INTO payments_ledgerclosing (account_id, through_leg_id, balance, closed_at)
SELECT leg.account_id, last.id, coalesce(closing.balance, 0) + sum(leg.debit - leg.credit), now()
FROM last, payments_ledgerleg leg LEFT JOIN payments_ledgerclosing closing ON closing.account_id = leg.account_id
WHERE leg.id > coalesce(closing.through_leg_id, 0) AND leg.id <= last.id
GROUP BY leg.account_id, last.id, closing.balance
ON CONFLICT (account_id) DO UPDATE
SET through_leg_id = excluded.through_leg_id, balance = excluded.balance, closed_at = excluded.closed_at
"""


Leg = tuple[UUID, int, int]  # account, debit, credit


def _legs(movements: Sequence[Movement], accounts: dict[tuple[AccountName, str], UUID]) -> list[Leg]:
    legs: list[Leg] = []
    for movement in movements:
        amount, currency = _units(movement.money), movement.money.currency
        if amount <= 0:
            raise ValueError("A movement is a positive sum; the accounts say in which direction.")
        legs.append((accounts[movement.debit, currency], amount, 0))
        legs.append((accounts[movement.credit, currency], 0, amount))
    return legs


def _units(moved: Money | Credits) -> int:
    return moved.count if isinstance(moved, Credits) else in_minor_units(moved)


def in_words(units: int, currency: str) -> str:
    """Returns a sum of the ledger as people read it: an amount of money, or a number of credits."""
    if currency == CREDIT_UNIT:
        return f"{units} credit{'' if units == 1 else 's'}"
    return from_minor_units(units, currency).shown()


def _accounts(movements: Iterable[Movement]) -> dict[tuple[AccountName, str], UUID]:
    """Returns the accounts of the movements, which are created if need be, in one order, so that no two posts deadlock."""
    wanted = sorted(
        {(name, movement.money.currency) for movement in movements for name in (movement.debit, movement.credit)},
        key=lambda pair: (pair[0].kind, str(pair[0].owner_id), pair[1]),
    )
    known = _known_accounts(wanted)
    missing = [pair for pair in wanted if pair not in known]
    if missing:
        with connection.cursor() as cursor:
            cursor.executemany(
                """
                INSERT INTO payments_ledgeraccount (id, kind, owner_id, currency, changed_at)
                VALUES (%s, %s, %s, %s, now())
                ON CONFLICT ON CONSTRAINT one_ledger_account_of_a_kind DO NOTHING
                """,
                [(uuid7(), name.kind, name.owner_id, currency) for name, currency in missing],
            )
        known = _known_accounts(wanted)
    return known


def _known_accounts(wanted: Sequence[tuple[AccountName, str]]) -> dict[tuple[AccountName, str], UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT account.kind, account.owner_id, account.currency, account.id
            FROM unnest(%s::text[], %s::uuid[], %s::text[]) AS wanted (kind, owner_id, currency)
            JOIN payments_ledgeraccount account
              ON account.kind = wanted.kind AND account.currency = wanted.currency
             AND account.owner_id IS NOT DISTINCT FROM wanted.owner_id
            """,
            [
                [name.kind.value for name, _ in wanted],
                [name.owner_id for name, _ in wanted],
                [currency for _, currency in wanted],
            ],
        )
        return {(AccountName(Kind(kind), owner), currency): pk for kind, owner, currency, pk in cursor.fetchall()}


def _insert_entry(
    reference: str, kind: LedgerEntry.Kind, occurred_at: datetime, provider_id: str, leg_count: int
) -> UUID | None:
    """Inserts the entry; returns None if its reference exists, after the transaction that posts it has ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO payments_ledgerentry (id, reference, kind, occurred_at, provider_id, leg_count)
            VALUES (%s, %s, %s, %s, %s, %s)
            ON CONFLICT (reference) DO NOTHING
            RETURNING id
            """,
            [uuid7(), reference, kind, occurred_at, provider_id, leg_count],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _check_replay(reference: str, legs: Sequence[Leg]) -> None:
    posted = LedgerLeg.objects.filter(entry__reference=reference).values_list("account_id", "debit", "credit")
    if sorted(posted) != sorted(legs):
        raise ReplayDiffers(f"{reference} was posted with other sums")
