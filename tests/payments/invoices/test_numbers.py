"""Numbers of invoices without gaps: with many at once, and after transactions and processes that did not end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from accounts.models import User
from config.embedded.paths import PROJECT
from core import clock
from core.errors import Refused
from core.registry import integrity_findings
from payments.invoices.models import Invoice
from payments.invoices.numbering import ensure_series
from payments.invoices.writing import write_invoice
from tests import environment
from tests.at_once import crowd
from tests.bookings.cast import forgotten
from tests.cast import make_builder_person, make_person
from tests.payments.invoices.cast import berlin_seller, new_invoice, written


def sequences() -> list[int]:
    return sorted(Invoice.objects.values_list("sequence", flat=True))


def broken_series() -> list[str]:
    return [finding.what for finding in integrity_findings(clock.now()) if finding.check == "invoices: numbers"]


def test_fifty_at_once_get_fifty_numbers_without_a_gap(committed: None) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Park")
    berlin_seller(ada)

    outcomes = crowd(50, lambda number: write_invoice(new_invoice(ada, cleo, key=f"test:{number}")))

    assert outcomes == {"won": 50}
    assert sequences() == list(range(1, 51))
    assert broken_series() == []


def test_ten_that_write_the_same_invoice_at_once_write_one(committed: None) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Park")
    berlin_seller(ada)

    outcomes = crowd(10, lambda _: write_invoice(new_invoice(ada, cleo, key="test:same")))

    assert outcomes == {"won": 10}
    assert sequences() == [1]


@pytest.mark.django_db
def test_a_transaction_that_is_rolled_back_leaves_no_gap(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    written(ada, cleo)

    with forgotten():
        assert written(ada, cleo).number == "ADA-0002"

    assert written(ada, cleo).number == "ADA-0002"


@pytest.mark.slow
def test_a_killed_worker_leaves_no_gap(committed: None) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Park")
    berlin_seller(ada)
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": environment.database_url(f"waymark_{environment.WORKER}"),
    }

    command = [sys.executable, "-m", "tests.payments.invoices.killed_writer", str(ada.pk), str(cleo.pk)]
    writer = subprocess.run(command, cwd=PROJECT, env=os.environ | variables, timeout=120, check=False)

    assert writer.returncode == -signal.SIGKILL
    assert written(ada, cleo).number == "ADA-0001"
    assert sequences() == [1]


@pytest.mark.django_db
def test_a_prefix_belongs_to_one_seller(ada: User, cleo: User) -> None:
    ensure_series("ADA", ada.pk)

    with pytest.raises(Refused) as refused:
        ensure_series("ADA", cleo.pk)
    assert refused.value.refusal.code == "prefix_taken"


@pytest.mark.django_db
def test_a_new_prefix_begins_a_new_series(ada: User, cleo: User) -> None:
    profile = berlin_seller(ada)
    written(ada, cleo)
    profile.number_prefix = "MORENO"
    profile.save()

    assert written(ada, cleo).number == "MORENO-0001"
