"""The ledger of a builder with 100,000 legs: the balance beside the bare sum, and posting beside raw inserts."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from accounts.models import BuilderProfile
from core import clock
from core.ids import uuid7
from core.money import Money
from payments import ledger
from payments.ledger import AccountName, Movement
from payments.models import LedgerAccount, LedgerEntry
from tests.bench.timing import compare, seconds

LEGS, POSTS = 100_000, 50
numbers = itertools.count()


def post(builder: UUID) -> None:
    ledger.post(
        reference=f"capture:bench_{next(numbers)}",
        kind=LedgerEntry.Kind.CAPTURE,
        occurred_at=clock.now(),
        movements=[
            Movement(ledger.PROVIDER, AccountName(LedgerAccount.Kind.CLIENT_FUNDS, builder), Money(Decimal(75), "EUR"))
        ],
    )


def fill(builder: UUID) -> None:
    """Writes the legs with two statements; the deferred triggers check each entry at the end of the transaction."""
    post(builder)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO payments_ledgerentry (id, reference, kind, occurred_at, provider_id, leg_count)
            SELECT gen_random_uuid(), 'bench:' || n, 'capture', now(), '', 2 FROM generate_series(1, %s) n
            """,
            [LEGS],
        )
        cursor.execute(
            """
            INSERT INTO payments_ledgerleg (entry_id, account_id, debit, credit)
            SELECT entry.id, account.id, CASE WHEN account.owner_id IS NULL THEN 7500 ELSE 0 END,
                   CASE WHEN account.owner_id IS NULL THEN 0 ELSE 7500 END
            FROM payments_ledgerentry entry, payments_ledgeraccount account
            WHERE entry.reference LIKE 'bench:%%' AND account.currency = 'EUR'
              AND (account.owner_id = %s AND account.kind = 'client_funds'
                   OR account.owner_id IS NULL AND account.kind = 'provider')
            """,
            [builder],
        )
    ledger.close_accounts(before=clock.now() + timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE payments_ledgerleg, payments_ledgerentry, payments_ledgeraccount")


def funds_of(builder: UUID) -> LedgerAccount:
    return LedgerAccount.objects.get(owner_id=builder, kind="client_funds", currency="EUR")


def bare_sum(builder: UUID) -> Callable[[], object]:
    account = funds_of(builder).pk

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(debit - credit) FROM payments_ledgerleg WHERE account_id = %s", [account])
            cursor.fetchone()

    return run


def raw_inserts(builder: UUID) -> None:
    provider, funds = LedgerAccount.objects.get(owner=None, kind="provider", currency="EUR"), funds_of(builder)
    for _ in range(POSTS):
        with transaction.atomic(), connection.cursor() as cursor:
            entry = uuid7()
            cursor.execute(
                """
                INSERT INTO payments_ledgerentry (id, reference, kind, occurred_at, provider_id, leg_count)
                VALUES (%s, %s, 'capture', now(), '', 2)
                """,
                [entry, f"raw:{next(numbers)}"],
            )
            cursor.execute(
                """
                INSERT INTO payments_ledgerleg (entry_id, account_id, debit, credit)
                VALUES (%s, %s, 7500, 0), (%s, %s, 0, 7500)
                """,
                [entry, provider.pk, entry, funds.pk],
            )


def posts(builder: UUID) -> None:
    for _ in range(POSTS):
        post(builder)


def balance(builder: UUID) -> None:
    """Prints how long the balance takes, which is to be 10 ms at most."""
    took = sorted(seconds(lambda: ledger.balances(builder)) * 1000 for _ in range(200))
    print(
        f"balance of a builder with {LEGS:,} legs, 200 times\n"
        f"    median {statistics.median(took):.2f} ms, p95 {took[int(len(took) * 0.95)]:.2f} ms"
    )


def everything() -> None:
    builder = BuilderProfile.objects.earliest("created_at").user_id
    fill(builder)
    balance(builder)
    compare(
        f"balance of a builder with {LEGS:,} legs, beside the bare sum over them",
        lambda: ledger.balances(builder),
        bare_sum(builder),
        times=3,
    )
    compare(
        f"{POSTS} entries posted, beside their raw inserts",
        lambda: posts(builder),
        lambda: raw_inserts(builder),
    )
