"""10,000 invoices by one process, with their PDF and XML, and a report over 1,000,000 ledger entries beside the bare SQL."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection

from accounts.models import BuilderProfile, User
from payments.invoices import pdf, xml
from payments.invoices.models import Invoice, SellerProfile, TaxKind
from payments.invoices.states import SupplyPlace
from payments.invoices.writing import NewInvoice, SoldLine, write_invoice
from payments.reports import queries
from tests.bench.timing import compare

INVOICES, FILES = 10_000, 500
MOST_SECONDS = 300
ENTRIES, BATCH = 1_000_000, 100_000
FIRST, END = date(2024, 1, 1), date(2027, 1, 1)
BARE = """
SELECT date_trunc('month', entry.occurred_at), account.currency, account.kind, entry.kind, sum(leg.debit), sum(leg.credit)
FROM payments_ledgerentry entry JOIN payments_ledgerleg leg ON leg.entry_id = entry.id
JOIN payments_ledgeraccount account ON account.id = leg.account_id
WHERE entry.occurred_at >= %s AND entry.occurred_at < %s
GROUP BY 1, 2, 3, 4
"""
# Entries of two legs over three years: of ten, one is a refund, one a fee of the provider, the others are captures.
FILL = """
WITH numbers AS (SELECT generate_series(%(first)s, %(last)s) AS number), entries AS (
    INSERT INTO payments_ledgerentry (id, reference, kind, occurred_at, provider_id, leg_count)
    SELECT gen_random_uuid(), 'bench:' || number, CASE number %% 10 WHEN 0 THEN 'refund' WHEN 1 THEN 'fee' ELSE 'capture' END,
           timestamptz '2024-01-01' + number * interval '94 seconds', '', 2
    FROM numbers
    RETURNING id, kind
)
INSERT INTO payments_ledgerleg (entry_id, account_id, debit, credit)
SELECT entries.id, side.account, side.debit, side.credit
FROM entries CROSS JOIN LATERAL (VALUES
    (CASE entries.kind WHEN 'fee' THEN %(fees)s::uuid WHEN 'refund' THEN %(funds)s::uuid ELSE %(provider)s::uuid END, 500, 0),
    (CASE entries.kind WHEN 'capture' THEN %(funds)s::uuid ELSE %(provider)s::uuid END, 0, 500)
) AS side (account, debit, credit)
"""


def everything() -> None:
    many_invoices()
    report()


def many_invoices() -> None:
    """Writes the invoices, and some of their files; says how much CPU each takes."""
    owner, buyer = _seller(), User.objects.filter(builder_profile=None).order_by("email")[0]
    begin = time.process_time()
    for number in range(INVOICES):
        _write(owner, buyer, number)
    writing = time.process_time() - begin
    rows = list(Invoice.objects.order_by("-sequence")[:FILES])
    begin = time.process_time()
    for row in rows:
        pdf.write(row)
        xml.write(row)
    files = (time.process_time() - begin) / FILES * INVOICES
    print(f"{INVOICES} invoices: {writing:.0f} s of CPU to write, {files:.0f} s for all PDF and XML (from {FILES})")
    print(f"    {'SLOWER THAN' if writing + files > MOST_SECONDS else 'within'} the bound of {MOST_SECONDS} s")


def _write(owner: User, buyer: User, number: int) -> None:
    write_invoice(
        NewInvoice(
            key=f"bench:{number}",
            seller_id=owner.pk,
            buyer=buyer,
            currency="EUR",
            lines=[SoldLine("First session", Decimal(119))],
            place=SupplyPlace.AT_SELLER,
            supplied_on=date(2026, 5, 4),
            reference=f"WM-{number:06}",
            paid_with="visa 4242",
        )
    )


def _seller() -> User:
    owner = BuilderProfile.objects.select_related("user").order_by("slug")[0].user
    kind = TaxKind.objects.filter(is_standard=True).first() or TaxKind.objects.create(
        name="Bench", slug="bench", is_standard=True
    )
    kind.rates.get_or_create(country="DE", valid_from=date(2000, 1, 1), defaults={"percent": 19})
    SellerProfile.objects.update_or_create(
        owner=owner,
        defaults={
            "name": "Bench", "street": "Lindenweg 5", "city": "Berlin", "country": "DE", "vat_number": "DE123456789",
            "number_prefix": "BENCH", "agreed_at": datetime(2026, 1, 1, tzinfo=UTC), "tax_kind": kind,
        },
    )  # fmt: skip
    return owner


def report() -> None:
    """The report of the months beside the bare sum over the same entries."""
    _fill()

    def bare() -> None:
        edges = [datetime(day.year, 1, 1, tzinfo=UTC) for day in (FIRST, END)]
        with connection.cursor() as cursor:
            cursor.execute(BARE, edges)
            cursor.fetchall()

    compare(
        f"money by month over {ENTRIES} entries, beside bare SQL", lambda: queries.months(FIRST, END), bare, bound=3
    )


def _fill() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no triggers: they would check each entry
        accounts = {}
        for kind in ("provider", "client_funds", "provider_fees"):
            cursor.execute(
                "INSERT INTO payments_ledgeraccount (id, kind, currency, changed_at) VALUES (gen_random_uuid(), %s, 'SEK', now()) "
                "RETURNING id",
                [kind],
            )
            accounts[kind] = cursor.fetchone()[0]
        names = {"provider": accounts["provider"], "funds": accounts["client_funds"], "fees": accounts["provider_fees"]}
        for first in range(1, ENTRIES, BATCH):
            cursor.execute(FILL, names | {"first": first, "last": first + BATCH - 1})
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE payments_ledgerentry, payments_ledgerleg")
