"""What the tests of payments of bookings have in common: receipts, and the pages about them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.test import Client

from bookings.billing import services
from bookings.models import Booking
from core import clock
from core.ids import uuid7
from payments.models import Payment
from payments.states import Method
from tests.bookings.cast import builder_of


def receive(booking: Booking, amount: str = "90") -> Payment:
    return services.record_receipt(
        booking=booking, amount=Decimal(amount), method=Method.BANK_TRANSFER, received_on=clock.now().date(), note="",
        key=uuid7(), by=builder_of(booking),
    )  # fmt: skip


def page_of(client: Client, booking: Booking) -> str:
    return client.get(booking.get_absolute_url()).content.decode()


def form_for(client: Client, booking: Booking, page: str = "payment", **changes: Any) -> Any:
    """Opens the form and sends it with what it begins with, as changed."""
    address = f"{booking.get_absolute_url()}{page}/"
    initial = client.get(address).context["form"].initial
    values = {name: value for name, value in initial.items() if value} | {"method": "cash"} | changes
    return client.post(address, values)
