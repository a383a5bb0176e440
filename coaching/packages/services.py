"""Saves and archives packages, and sells them. Buying is a row first; its credits exist once it is paid."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import BuilderProfile, User
from accounts.roles import STAFF
from accounts.services import lock_person
from coaching.models import SessionType
from coaching.packages import notifications, pricing
from coaching.packages.models import FEWEST, LONGEST_VALIDITY, MOST, SHORTEST_VALIDITY, Package, PackagePurchase
from coaching.packages.refusals import PackageRefusal
from coaching.terms import offer_of, terms_of
from core import audit, clock
from core.errors import Refusal, Refused
from core.ids import uuid7
from core.money import BadMoney, Money
from payments import refunds
from payments.credits import services as credit_services
from payments.credits.services import NewCredits
from payments.models import Payment, Refund
from payments.services import PaymentClaim
from payments.stripe.amounts import in_stripe_units, is_offered
from payments.stripe.configuration import is_configured

KIND = "package"  # the kind of subject under which payments know purchases
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without letters and digits that look alike
PAY_AGAIN_FOR = timedelta(hours=20)  # how long buying the same package again leads to the same unpaid purchase


@dataclass(frozen=True)
class NewPackage:
    """What a builder wants to sell."""

    title: str
    session_types: Sequence[UUID]
    minutes: int
    sessions: int
    price: Decimal
    currency: str
    valid_days: int


@transaction.atomic
def save(*, package: Package | None, new: NewPackage, by: User) -> Package:
    """Creates a package, or changes one of the builder's own. What was bought keeps its terms."""
    if package is not None and package.builder_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    if problems := _problems(new, by):
        raise Refused(Refusal.INVALID, fields=problems)
    row = package or Package(builder=by)
    before = _audit_values(row) if package else None
    row.title, row.session_types = new.title.strip(), list(new.session_types)
    row.minutes, row.sessions, row.valid_days = new.minutes, new.sessions, new.valid_days
    row.price, row.currency = new.price, new.currency
    row.save()
    audit.record(actor=by, action="package saved", subject=row, before=before, after=_audit_values(row))
    return row


@transaction.atomic
def set_active(*, package: Package, is_active: bool, by: User) -> None:
    """Puts a package on sale, or archives it; by its builder or staff. What was bought stays."""
    if package.builder_id != by.pk and not set(by.roles) & STAFF:
        raise Refused(Refusal.FORBIDDEN)
    before, package.is_active = package.is_active, is_active
    package.save()
    audit.record(
        actor=by, action="package put on sale" if is_active else "package archived", subject=package,
        before={"is_active": before}, after={"is_active": is_active},
    )  # fmt: skip


def offered_by(builder: User) -> list[pricing.Offered]:
    """Returns the active session types of a builder with their terms. Seven queries."""
    offer = offer_of(builder.pk)
    types = SessionType.objects.filter(builder=builder, is_active=True).complete()
    return [(session_type, terms_of(session_type, offer)) for session_type in types]


def _problems(new: NewPackage, by: User) -> dict[str, list[str]]:
    """Returns what is wrong with a package, by field."""
    problems: dict[str, list[str]] = {}
    if not new.title.strip():
        problems["title"] = ["Enter a title."]
    if not FEWEST <= new.sessions <= MOST:
        problems["sessions"] = [f"A package has {FEWEST} to {MOST} sessions."]
    if not SHORTEST_VALIDITY <= new.valid_days <= LONGEST_VALIDITY:
        problems["valid_days"] = [f"Choose {SHORTEST_VALIDITY} to {LONGEST_VALIDITY} days."]
    rows = pricing.fitting(offered_by(by), new.session_types, new.minutes)
    missing = set(new.session_types) - {session_type.pk for session_type, _ in rows}
    if missing:
        problems["session_types"] = ["Choose sessions of yours that cost something and have this length."]
    elif not rows:
        problems["minutes"] = ["None of your published sessions with a price has this length."]
    else:
        problems |= _price_problems(new, max(price.amount for _, price in rows))
    return problems


def _price_problems(new: NewPackage, single: Decimal) -> dict[str, list[str]]:
    try:
        money = Money(new.price, new.currency)
        if money.amount > 0:
            in_stripe_units(money)
    except BadMoney as bad:
        return {"price": [str(bad)]}
    if money.amount <= 0:
        return {"price": ["Enter a price above zero."]}
    if money.amount > single * new.sessions:
        singly = Money(single * new.sessions, new.currency)
        return {"price": [f"That is more than the sessions cost singly: {singly.shown()}."]}
    return {}


def why_not_sold(package: Package, buyer: User) -> str | None:
    """Returns why the person cannot buy the package; None if they can. One query."""
    if package.builder_id == buyer.pk:
        return "You cannot buy your own package."
    if not is_configured() or not is_offered(package.currency):
        return "Packages cannot be paid online at the moment."
    is_public = BuilderProfile.objects.public().filter(pk=package.builder_id).exists()
    return None if package.is_active and is_public else "This package is not on sale any more."


@transaction.atomic
def buy(*, package: Package, buyer: User, is_gift: bool, expected: Money | None = None) -> PackagePurchase:
    """Returns a purchase to pay for: a new one, or the same again if it was begun lately and not paid. Refuses if the
    price is not the one that the person was shown."""
    lock_person(buyer.pk)
    current = Package.objects.get(pk=package.pk)
    if sentence := why_not_sold(current, buyer):
        raise Refused(PackageRefusal.NOT_ON_SALE, sentence)
    if expected is not None and expected != current.money:
        raise Refused(PackageRefusal.PACKAGE_CHANGED, f"The price is {current.money.shown()} now.")
    terms = {
        name: getattr(current, name)
        for name in ("title", "session_types", "minutes", "sessions", "price", "currency", "valid_days")
    }
    open_ones = PackagePurchase.objects.filter(package=current, buyer=buyer, is_gift=is_gift, grant=None, **terms)
    begun = open_ones.filter(created_at__gt=clock.now() - PAY_AGAIN_FOR).first()
    return begun or PackagePurchase.objects.create(
        package=current, buyer=buyer, is_gift=is_gift, reference=_new_reference(), **terms
    )


def _new_reference() -> str:
    while True:
        reference = "WP-" + "".join(secrets.choice(LETTERS) for _ in range(6))
        if not PackagePurchase.objects.filter(reference=reference).exists():
            return reference


def claim_for(purchase: PackagePurchase) -> PaymentClaim:
    return PaymentClaim(
        KIND, purchase.pk, purchase.reference, purchase.money, purchase.package.builder_id, purchase.buyer_id
    )


def give_credits(purchase: PackagePurchase, now: datetime) -> None:
    """Gives the buyer what was paid for, once. The purchase is locked."""
    if purchase.grant_id is not None:
        return
    purchase.grant = credit_services.issue(
        NewCredits(
            source_kind=KIND, source_id=purchase.pk, holder=purchase.buyer, builder_id=purchase.package.builder_id,
            title=purchase.title, sessions=purchase.sessions, minutes=purchase.minutes,
            usable_for=purchase.session_types, price=purchase.money, expires_at=now + purchase.validity,
            is_waiting=purchase.is_gift,
        )
    )  # fmt: skip
    purchase.save()
    notifications.bought(purchase)


@transaction.atomic
def refund(*, purchase: PackagePurchase, reason: str, key: UUID, by: User, consent: str | None = None) -> Refund:
    """Takes the unused credits back and refunds their part of the price, by the builder or staff; with `consent`, which says
    how the buyer agreed, as money to book with."""
    if former := Refund.objects.filter(key=key, payment__subject_id=purchase.pk).first():
        return former
    payments = Payment.objects.select_for_update(no_key=True).filter(subject_kind=KIND, subject_id=purchase.pk)
    payment = payments.first()
    if purchase.grant_id is None or payment is None:
        raise Refused(PackageRefusal.NOT_PAID)
    worth = credit_services.withdraw(grant_id=purchase.grant_id, key=key)
    amount = refund_of(payment, worth).amount
    return refunds.refund(payment=payment, amount=amount, reason=reason, by=by, key=key, consent=consent)


def refund_of(payment: Payment, worth: Money) -> Money:
    """Returns what is refunded for unused sessions of this worth: less if a part of the payment was refunded before in
    Stripe's dashboard."""
    return min(worth, payment.refundable, key=lambda money: money.amount)


@transaction.atomic
def end_unpaid_credits(payment: Payment) -> None:
    """Takes the unused credits back of a package of whose payment nothing is left: all of it was refunded in Stripe's
    dashboard, or taken back by the client's bank. The payment is locked before the credits, as in `refund`."""
    purchase = PackagePurchase.objects.filter(pk=payment.subject_id, grant__isnull=False).first()
    if purchase is None or purchase.grant_id is None or payment.refundable.amount:
        return
    with suppress(Refused):  # none is left
        credit_services.withdraw(grant_id=purchase.grant_id, key=uuid7())


def refund_payment(
    payment: Payment, amount: Decimal | None, reason: str, by: User, consent: str | None = None
) -> Refund:
    """Refunds what is unused of the package that was paid, for callers that only know the payment."""
    if amount is not None:
        raise Refused(PackageRefusal.WHOLE_PACKAGE_ONLY)
    purchase = PackagePurchase.objects.get(pk=payment.subject_id)
    return refund(purchase=purchase, reason=reason, key=uuid7(), by=by, consent=consent)


def _audit_values(package: Package) -> dict[str, str]:
    return {
        "title": package.title, "sessions": str(package.sessions), "minutes": str(package.minutes),
        "price": package.money.on_the_wire(), "currency": package.currency, "valid_days": str(package.valid_days),
    }  # fmt: skip
