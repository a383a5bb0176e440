"""What the tests of payments to a builder directly have in common: what is owed, and what comes in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.models import User
from core.ids import uuid7
from core.money import Money
from payments import services
from payments.models import Payment
from payments.services import PaymentClaim
from payments.states import Method


def claim(ada: User, cleo: User, amount: str = "75.00", currency: str = "EUR") -> PaymentClaim:
    return PaymentClaim("other", uuid7(), "WM-222222", Money(Decimal(amount), currency), ada.pk, cleo.pk)


def receive(wanted: PaymentClaim, amount: str, by: User, *, key: UUID | None = None, **values: Any) -> Payment:
    fields = {"method": Method.CASH, "received_on": date(2026, 5, 4), "note": "", **values}
    return services.record_receipt(claim=wanted, amount=Decimal(amount), key=key or uuid7(), by=by, **fields)
