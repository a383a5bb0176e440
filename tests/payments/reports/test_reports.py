"""The reports of the operator: each figure equals plain SQL, and who may read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import clock
from payments import ledger, refunds
from payments.models import LedgerEntry
from payments.payouts.releasing import movements_of
from payments.payouts.shares import Share
from payments.reports import queries, tables
from sandbox.stripe.service import StripeSandbox
from tests.cast import make_builder_person
from tests.factories.invoices import SellerProfileFactory
from tests.factories.payments import LedgerEntryFactory, TransferFactory
from tests.payments.payouts.cast import onboarded, pay_due, scheduled, work
from tests.payments.stripe.captured import captured
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def plain(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def this_year() -> tuple[date, date]:
    year = clock.now().year
    return date(year, 1, 1), date(year + 1, 1, 1)


@pytest.fixture
def money(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    """Adds payments in two currencies, one of them refunded in part, with their payouts."""
    onboarded(sandbox, ada)
    first = scheduled(sandbox, ada, cleo, "100.00")
    scheduled(sandbox, ada, cleo, "50.00")
    scheduled(sandbox, ada, cleo, "9000", "JPY")
    captured(sandbox, make_builder_person("Bo Ek"), cleo, "30.00")  # not due yet
    pay_due()
    refunds.refund(payment=first, amount=Decimal("20.00"), reason="We stopped early.", by=ada)
    work()


def test_a_session_whose_share_grew_in_another_quarter_counts_once(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo, "100.00")
    pay_due()
    further = TransferFactory.create(payment=payment, owner=ada, number=2, percent=100, fee_percent=10)
    now = clock.now()
    ledger.post(
        reference=f"earned:{further.pk}", kind=LedgerEntry.Kind.EARNED,
        occurred_at=now.replace(month=8 if now.month < 7 else 2, day=1),
        movements=movements_of(payment, ada.pk, Share(Decimal(9), Decimal(1))),
    )  # fmt: skip

    assert [row.whole.sessions for row in queries.sellers(now.year)] == [1]


MONEY_LEGS = """
SELECT account.currency, sum(leg.debit), sum(leg.credit)
FROM payments_ledgerleg leg JOIN payments_ledgerentry entry ON entry.id = leg.entry_id
JOIN payments_ledgeraccount account ON account.id = leg.account_id
WHERE entry.kind = %s AND account.kind = %s GROUP BY account.currency
"""


def test_the_months_equal_plain_sql(money: None) -> None:
    months = {row.currency: row for row in queries.months(*this_year())}

    assert {name: str(row.gross.amount) for name, row in months.items()} == {"EUR": "180.00", "JPY": "9000"}
    for currency, row in months.items():
        units = 100 if currency == "EUR" else 1
        gross = {name: debit for name, debit, _ in plain(MONEY_LEGS, "capture", "provider")}
        refunded = {name: credit for name, _, credit in plain(MONEY_LEGS, "refund", "provider")}
        earned = {name: credit for name, _, credit in plain(MONEY_LEGS, "earned", "platform_fees")}
        less = {name: debit for name, debit, _ in plain(MONEY_LEGS, "earned_less", "platform_fees")}
        charged = {name: debit for name, debit, _ in plain(MONEY_LEGS, "fee", "provider_fees")}
        assert row.gross.amount * units == gross[currency]
        assert row.refunds.amount * units == refunded.get(currency, 0)
        assert row.fees.amount * units == earned[currency] - less.get(currency, 0)
        assert row.provider_fees.amount * units == charged[currency]
        assert row.net.amount == row.gross.amount - row.refunds.amount - row.fees.amount
    assert (str(months["EUR"].refunds.amount), str(months["EUR"].fees.amount)) == ("20.00", "13.00")


def test_the_year_of_a_builder_equals_plain_sql(money: None, ada: User) -> None:
    SellerProfileFactory.create(owner=ada)

    rows = {row.currency: row for row in queries.sellers(clock.now().year)}

    assert {row.owner_id for row in rows.values()} == {ada.pk}
    sums = plain(
        "SELECT payment.currency, sum(transfer.amount + transfer.fee - transfer.amount_back - transfer.fee_back), "
        "sum(transfer.fee - transfer.fee_back), count(*) FROM payments_transfer transfer "
        "JOIN payments_payment payment ON payment.id = transfer.payment_id WHERE transfer.owner_id = %s GROUP BY 1",
        ada.pk,
    )
    assert {
        name: (row.whole.gross.amount, row.whole.fees.amount, row.whole.sessions) for name, row in rows.items()
    } == {currency: (gross, fees, count) for currency, gross, fees, count in sums}
    assert (rows["EUR"].person.country, rows["EUR"].person.vat_number) == ("DE", "DE123456789")
    quarter = (clock.now().month - 1) // 3
    assert rows["EUR"].quarters[quarter] == rows["EUR"].whole


def test_a_month_ends_before_the_next_one(ada: User) -> None:
    for moment in ("2026-04-30T23:59:59.999999+00:00", "2026-05-01T00:00:00+00:00"):
        LedgerEntryFactory.create(occurred_at=moment)

    rows = queries.months(date(2026, 1, 1), date(2026, 6, 1))

    assert [(row.month, str(row.provider_fees)) for row in rows] == [("2026-04", "50.00 EUR"), ("2026-05", "50.00 EUR")]
    assert [row.month for row in queries.months(date(2026, 5, 1), date(2026, 6, 1))] == ["2026-05"]


def test_staff_read_the_reports_in_the_admin_and_download_them(
    money: None, suri: User, confirmed: Callable[[User], Client]
) -> None:
    suris = confirmed(suri)
    months, sellers = (reverse(f"admin:payments_report_{name}") for name in ("months", "sellers"))

    assert "180.00" in visible_text(suris.get(months))
    assert "Ada Moreno" in visible_text(suris.get(sellers))
    table = list(csv.reader(io.StringIO(suris.get(sellers, {"csv": "yes"}).content.decode("utf-8-sig"))))
    assert tuple(table[0]) == tables.SELLERS_HEADER
    assert table[1][-3:] == ["2", "130.00", "13.00"]
    assert suris.get(months, {"from": "nonsense"}).status_code == 422
    assert suris.get(months, {"from": "2026-05", "to": "2026-04"}).status_code == 422
    assert suris.get(sellers, {"year": "99"}).status_code == 422
    assert months in suris.get(reverse("admin:payments_ledgerentry_changelist")).content.decode()


def test_admins_read_the_reports_by_the_api(
    money: None, alex: User, suri: User, ada: User, browser_of: Browser
) -> None:
    alexs = browser_of(alex)

    (euros, yen) = alexs.get("/api/billing/months").json()["months"]
    sellers = alexs.get("/api/billing/sellers").json()["sellers"]

    assert (euros["gross"], euros["refunds"], euros["fees"], euros["net"]) == ("180.00", "20.00", "13.00", "147.00")
    assert (yen["currency"], yen["gross"]) == ("JPY", "9000")
    assert [row["displayName"] for row in sellers] == ["Ada Moreno", "Ada Moreno"]
    assert alexs.get("/api/billing/months", {"from": "2026-13"}).status_code == 422
    for person in (suri, ada):
        assert browser_of(person).get("/api/billing/sellers").status_code == 403
