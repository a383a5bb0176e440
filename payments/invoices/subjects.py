"""What was sold with a payment, as the apps above know it: payments only know a kind and an id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from payments.invoices.models import TaxKind
from payments.invoices.states import SupplyPlace
from payments.models import Payment


@dataclass(frozen=True)
class SoldSubject:
    """The text of the line, when and where it is supplied, and the buyer as far as they have no account."""

    text: str
    supplied_on: date
    place: SupplyPlace
    buyer_name: str
    buyer_email: str
    zone: str  # of the buyer, when they bought
    tax_kind: TaxKind | None = None
    supplied_until: date | None = None


Describe = Callable[[Payment], SoldSubject | None]
NotifyGuest = Callable[[Payment, str, str, str], None]
_kinds: dict[str, Describe] = {}
_guests: dict[str, NotifyGuest] = {}


def register_sold_subject(kind: str, describe: Describe, notify_guest: NotifyGuest | None = None) -> None:
    """Registers the function that describes what a payment of this kind was for; its payments then get invoices.

    `notify_guest(payment, event, title, text)` mails a buyer without an account.
    """
    _kinds[kind] = describe
    if notify_guest is not None:
        _guests[kind] = notify_guest


def sold_with(payment: Payment) -> SoldSubject | None:
    """Returns what was sold with the payment; None for a kind that gets no invoices."""
    describe = _kinds.get(payment.subject_kind)
    return describe(payment) if describe else None


def kinds() -> list[str]:
    return sorted(_kinds)


def mail_to_guest(payment: Payment, event: str, title: str, text: str) -> None:
    if payment.subject_kind in _guests:
        _guests[payment.subject_kind](payment, event, title, text)
