"""Tests the ledger: entries that balance, are posted once and never change, and balances that are sums of legs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from core import clock
from core.ids import uuid7
from core.money import Money, from_minor_units, in_minor_units
from core.registry import integrity_findings
from payments import ledger
from payments.ledger import AccountName, Movement, ReplayDiffers
from payments.models import LedgerAccount, LedgerClosing, LedgerEntry, LedgerLeg

pytestmark = pytest.mark.django_db
Kind = LedgerAccount.Kind


def post(reference: str, *movements: Movement, kind: LedgerEntry.Kind = LedgerEntry.Kind.CAPTURE) -> bool:
    posted = ledger.post(reference=reference, kind=kind, occurred_at=clock.now(), movements=movements)
    check_now()
    return posted


def check_now() -> None:
    """Runs the deferred triggers, which a test's transaction would otherwise run at its end only."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def client_funds(person: User) -> AccountName:
    return AccountName(Kind.CLIENT_FUNDS, person.pk)


def captured(person: User, amount: str, currency: str = "EUR") -> Movement:
    return Movement(ledger.PROVIDER, client_funds(person), Money(Decimal(amount), currency))


@contextmanager
def triggers_off() -> Iterator[Any]:
    """Writes past the triggers, as only a superuser of the database can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def test_a_payment_moves_money_from_the_builders_account_to_the_providers(ada: User) -> None:
    assert post("capture:pi_1", captured(ada, "75.00"))

    assert ledger.balances(None) == {Kind.PROVIDER: {"EUR": Money(Decimal(75), "EUR")}}
    assert ledger.balances(ada.pk) == {Kind.CLIENT_FUNDS: {"EUR": Money(Decimal(-75), "EUR")}}


def test_an_entry_is_posted_once(ada: User) -> None:
    assert post("capture:pi_1", captured(ada, "75.00"))
    assert not post("capture:pi_1", captured(ada, "75.00"))

    assert LedgerLeg.objects.count() == 2


def test_a_replay_with_another_sum_is_refused(ada: User) -> None:
    post("capture:pi_1", captured(ada, "75.00"))

    with pytest.raises(ReplayDiffers):
        post("capture:pi_1", captured(ada, "57.00"))
    with pytest.raises(ReplayDiffers):
        post("capture:pi_1", captured(ada, "75.00", "USD"))


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_a_movement_is_a_positive_sum(ada: User, amount: str) -> None:
    with pytest.raises(ValueError, match="positive"):
        post("capture:pi_1", captured(ada, amount))


@pytest.mark.parametrize(
    ("amount", "currency", "minor_units"),
    [("75.00", "EUR", 7500), ("9000", "JPY", 9000), ("5.120", "KWD", 5120), ("1234.5", "CLF", 12345000)],
)
def test_sums_are_kept_in_the_smallest_unit(ada: User, amount: str, currency: str, minor_units: int) -> None:
    money = Money(Decimal(amount), currency)

    assert in_minor_units(money) == minor_units
    assert from_minor_units(minor_units, currency) == money


def test_entries_and_legs_are_never_changed_or_deleted(ada: User) -> None:
    post("capture:pi_1", captured(ada, "75.00"))

    for rows in (LedgerEntry.objects.all(), LedgerLeg.objects.all()):
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            rows._raw_delete(rows.db)
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        LedgerLeg.objects.update(debit=1)
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        LedgerEntry.objects.update(reference="x")


def test_an_account_keeps_its_owner_and_currency(ada: User, cleo: User) -> None:
    post("capture:pi_1", captured(ada, "75.00"))

    for change in ({"owner": cleo}, {"currency": "USD"}, {"kind": Kind.PROVIDER_FEES}):
        with pytest.raises(DatabaseError, match="keep their kind"), transaction.atomic():
            LedgerAccount.objects.filter(owner=ada).update(**change)


def test_an_entry_that_does_not_balance_is_refused(ada: User) -> None:
    post("capture:pi_1", captured(ada, "75.00"))
    funds, provider = LedgerAccount.objects.get(owner=ada), LedgerAccount.objects.get(owner=None)

    with pytest.raises(IntegrityError, match="differ"), transaction.atomic():
        plant("capture:pi_2", (provider, 100, 0), (funds, 0, 90))


def test_an_entry_balances_in_each_currency(ada: User) -> None:
    post("capture:pi_1", captured(ada, "75.00"), captured(ada, "75.00", "USD"))
    euros = LedgerAccount.objects.get(owner=ada, currency="EUR")
    dollars = LedgerAccount.objects.get(owner=None, currency="USD")

    with pytest.raises(IntegrityError, match="differ"), transaction.atomic():
        plant("capture:pi_2", (dollars, 100, 0), (euros, 0, 100))


def test_no_leg_is_added_to_an_entry_later(ada: User) -> None:
    post("capture:pi_1", captured(ada, "75.00"))
    entry, funds = LedgerEntry.objects.get(), LedgerAccount.objects.get(owner=ada)

    with pytest.raises(IntegrityError, match="4 legs instead of 2"), transaction.atomic():
        add_legs(entry, (funds, 5, 0), (funds, 0, 5))


def test_an_entry_without_legs_is_refused() -> None:
    with pytest.raises(IntegrityError, match="0 legs instead of 2"), transaction.atomic():
        plant("capture:pi_1")


@pytest.mark.parametrize(("debit", "credit"), [(0, 0), (5, 5), (-5, 0), (0, -5)])
def test_a_leg_is_a_debit_or_a_credit(ada: User, debit: int, credit: int) -> None:
    post("capture:pi_1", captured(ada, "75.00"))

    with pytest.raises(IntegrityError, match="either_debit_or_credit"), transaction.atomic():
        LedgerLeg.objects.create(
            entry=LedgerEntry.objects.get(), account=LedgerAccount.objects.get(owner=ada), debit=debit, credit=credit
        )


def test_the_integrity_check_reports_what_was_written_past_the_triggers(ada: User) -> None:
    post("capture:pi_1", captured(ada, "75.00"))
    post("capture:pi_2", captured(ada, "20.00"))
    with triggers_off() as cursor:
        cursor.execute(
            "UPDATE payments_ledgerleg SET debit = debit + 1 WHERE debit > 0 AND entry_id = %s",
            [LedgerEntry.objects.get(reference="capture:pi_1").pk],
        )
        cursor.execute(
            "DELETE FROM payments_ledgerleg WHERE entry_id = %s",
            [LedgerEntry.objects.get(reference="capture:pi_2").pk],
        )

    lines = [finding.what for finding in integrity_findings(clock.now()) if finding.check == "ledger: unbalanced"]

    assert lines == [
        "capture:pi_1: debits and credits differ by EUR 1 minor units",
        "capture:pi_2: 0 legs instead of 2",
    ]


def test_balances_take_one_query(ada: User, django_assert_num_queries: Any) -> None:
    for number in range(3):
        post(f"capture:pi_{number}", captured(ada, "10.00"), captured(ada, "10.00", "USD"))

    with django_assert_num_queries(1):
        balances = ledger.balances(ada.pk)

    assert {currency: str(money) for currency, money in balances[Kind.CLIENT_FUNDS].items()} == {
        "EUR": "-30.00 EUR",
        "USD": "-30.00 USD",
    }


def test_a_balance_adds_the_legs_after_the_closing(ada: User, cleo: User) -> None:
    post("capture:pi_1", captured(ada, "75.00"))
    post("capture:pi_2", captured(cleo, "10.00"))
    assert ledger.close_accounts(before=clock.now() + timedelta(seconds=1)) == 3
    post("capture:pi_3", captured(ada, "20.00"))

    assert ledger.balances(ada.pk) == {Kind.CLIENT_FUNDS: {"EUR": Money(Decimal(-95), "EUR")}}
    assert ledger.balances(None) == {Kind.PROVIDER: {"EUR": Money(Decimal(105), "EUR")}}

    assert ledger.close_accounts(before=clock.now() + timedelta(seconds=1)) == 2
    assert ledger.balances(ada.pk) == {Kind.CLIENT_FUNDS: {"EUR": Money(Decimal(-95), "EUR")}}
    assert ledger.close_accounts(before=clock.now() + timedelta(seconds=1)) == 0


def test_what_was_posted_a_moment_ago_is_not_closed(ada: User) -> None:
    post("capture:pi_1", captured(ada, "75.00"))

    assert ledger.close_accounts(before=clock.now() - timedelta(hours=1)) == 0


def test_the_integrity_check_reports_a_wrong_closing(ada: User) -> None:
    post("capture:pi_1", captured(ada, "75.00"))
    ledger.close_accounts(before=clock.now() + timedelta(seconds=1))
    LedgerClosing.objects.filter(account__owner=ada).update(balance=-7_400)

    lines = [finding.what for finding in integrity_findings(clock.now()) if finding.check == "ledger: closings"]

    account = LedgerAccount.objects.get(owner=ada)
    assert lines == [f"account {account.pk}: closed with -7400 minor units, and its legs add up to -7500"]


def test_an_admin_reads_an_entry_with_its_legs(client: Client, ada: User, alex: User) -> None:
    post("capture:pi_1", captured(ada, "75.00"))
    client.force_login(alex)

    page = client.get(reverse("admin:payments_ledgerentry_change", args=[LedgerEntry.objects.get().pk]))

    assert page.status_code == 200
    assert "€75.00" in page.content.decode()
    assert "Ada Moreno" in page.content.decode()


def plant(reference: str, *legs: tuple[LedgerAccount, int, int]) -> None:
    """Writes an entry without `ledger.post`, which could not write a wrong one."""
    entry = LedgerEntry.objects.create(
        id=uuid7(), reference=reference, kind=LedgerEntry.Kind.CAPTURE, occurred_at=clock.now(), leg_count=2
    )
    add_legs(entry, *legs)


def add_legs(entry: LedgerEntry, *legs: tuple[LedgerAccount, int, int]) -> None:
    LedgerLeg.objects.bulk_create(
        LedgerLeg(entry=entry, account=account, debit=debit, credit=credit) for account, debit, credit in legs
    )
    check_now()


KINDS = st.sampled_from(list(Kind))
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])
SUMS = st.tuples(st.integers(1, 10**9), CURRENCIES).map(lambda pair: from_minor_units(*pair))
SIDES = st.tuples(KINDS, KINDS).filter(lambda pair: pair[0] != pair[1])
EVENTS = st.lists(
    st.tuples(st.integers(0, 6), st.lists(st.tuples(SIDES, SUMS), min_size=1, max_size=4), st.booleans()),
    min_size=1,
    max_size=25,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_balances_are_the_sums_of_what_was_posted_once(ada: User, events: list[Any]) -> None:
    """Events, some posted again, with closings between them: the first of each counts, and accounts add up to zero."""
    with transaction.atomic():
        first: dict[int, list[Any]] = {}
        for reference, sums, closes in events:
            movements = [
                Movement(AccountName(debit, ada.pk), AccountName(credit, ada.pk), money)
                for (debit, credit), money in sums
            ]
            try:
                assert post(f"capture:{reference}", *movements) == (reference not in first)
            except ReplayDiffers:
                assert reference in first
            first.setdefault(reference, sums)
            if closes:
                ledger.close_accounts(before=clock.now() + timedelta(seconds=1))

        expected: dict[tuple[Kind, str], int] = defaultdict(int)
        for sums in first.values():
            for (debit, credit), money in sums:
                expected[debit, money.currency] += in_minor_units(money)
                expected[credit, money.currency] -= in_minor_units(money)
        actual = {
            (kind, currency): in_minor_units(money)
            for kind, by_currency in ledger.balances(ada.pk).items()
            for currency, money in by_currency.items()
        }
        assert actual == expected
        assert sum(actual.values()) == 0
        transaction.set_rollback(True)
