"""Tests posting one event in several transactions at once, with real threads and connections."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from core import clock
from core.money import Money
from payments import ledger
from payments.ledger import AccountName, Movement
from payments.models import LedgerAccount, LedgerEntry, LedgerLeg
from tests.at_once import at_once
from tests.cast import make_builder_person


def test_an_event_that_arrives_six_times_at_once_is_posted_once(committed: None) -> None:
    ada = make_builder_person("Ada Moreno")
    funds = AccountName(LedgerAccount.Kind.CLIENT_FUNDS, ada.pk)

    def post() -> None:
        with transaction.atomic():
            ledger.post(
                reference="capture:pi_1",
                kind=LedgerEntry.Kind.CAPTURE,
                occurred_at=clock.now(),
                movements=[Movement(ledger.PROVIDER, funds, Money(Decimal(75), "EUR"))],
            )

    assert at_once(*[post] * 6) == ["done"] * 6
    assert LedgerLeg.objects.count() == 2
    assert LedgerAccount.objects.count() == 2
