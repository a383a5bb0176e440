"""Tests the audit log and exchange rates."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import audit, rates
from core.models import AuditEntry, ExchangeRate
from core.money import Money

pytestmark = pytest.mark.django_db


def test_an_entry_has_actor_subject_before_and_after(cleo: User, alex: User) -> None:
    audit.record(actor=alex, action="rename", subject=cleo, before={"name": "C"}, after={"name": "Cleo"})

    entry = AuditEntry.objects.get(action="rename")
    assert (entry.actor, entry.subject) == (alex, f"accounts.user:{cleo.pk}")
    assert (entry.before, entry.after) == ({"name": "C"}, {"name": "Cleo"})


def test_entries_cannot_be_changed_or_deleted(cleo: User) -> None:
    entry = audit.record(actor=None, action="x", subject=cleo, before=None, after=None)

    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        AuditEntry.objects.update(action="y")
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        entry.delete()


def test_amounts_are_converted_by_their_dollar_rates() -> None:
    table = {"USD": Decimal(1), "EUR": Decimal("0.8"), "JPY": Decimal(150)}

    assert rates.compared(Money(Decimal(75), "USD"), "EUR", table) == Decimal("60.00")
    assert rates.compared(Money(Decimal(60), "EUR"), "JPY", table) == Decimal(11250)
    assert rates.compared(Money(Decimal(1), "EUR"), "EUR", {}) == Decimal(1)
    assert rates.compared(Money(Decimal(1), "EUR"), "KWD", table) is None


def test_migrations_create_the_first_rates() -> None:
    assert {"USD", "EUR", "GBP", "JPY", "INR"} <= set(rates.per_dollar())


def test_a_file_of_rates_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("currency,per_dollar\neur,0.91\nGBP, 0.79\n\n")

    call_command("load_exchange_rates", str(file), "--as-of", "2026-11-20")

    assert ExchangeRate.objects.get(currency="EUR").per_dollar == Decimal("0.91")
    assert str(ExchangeRate.objects.get(currency="GBP").as_of) == "2026-11-20"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("EUR", "Line 2 is not"),
        ("EUR,many", "Line 2 is not"),
        ("QQQ,1", "not a currency"),
        ("EUR,0", "above 0"),
        ("EUR,NaN", "above 0"),
    ],
)
def test_a_file_with_one_wrong_line_changes_nothing(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "rates.csv"
    file.write_text(f"GBP,0.5\n{line}\n")

    with pytest.raises(CommandError, match=words):
        call_command("load_exchange_rates", str(file))
    assert ExchangeRate.objects.get(currency="GBP").per_dollar != Decimal("0.5")


def test_a_missing_file_of_rates_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_exchange_rates", str(tmp_path / "nothing.csv"))


def test_a_change_in_the_admin_writes_an_audit_entry(client: Client, alex: User) -> None:
    client.force_login(alex)
    address = reverse("admin:core_exchangerate_change", args=["EUR"])
    client.post(address, {"currency": "EUR", "per_dollar": "0.9", "as_of": "2026-11-21"})

    entry = AuditEntry.objects.filter(action="changed in the admin").get()
    assert (entry.actor, entry.subject) == (alex, "core.exchangerate:EUR")
    assert entry.before == {"per_dollar": "0.86300000", "as_of": "2026-11-01"}
    assert entry.after == {"per_dollar": "0.9", "as_of": "2026-11-21"}
    client.post(reverse("admin:core_exchangerate_delete", args=["EUR"]), {"post": "yes"})
    assert AuditEntry.objects.filter(action="deleted in the admin", subject="core.exchangerate:EUR").exists()


def test_adding_a_flag_in_the_admin_writes_an_audit_entry(client: Client, alex: User) -> None:
    client.force_login(alex)
    client.post(reverse("admin:core_flag_add"), {"name": "booking_wizard", "everyone": "true"})

    assert AuditEntry.objects.filter(action="added in the admin", subject__startswith="core.flag:").exists()
