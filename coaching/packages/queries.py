"""Reads packages for pages, each with its number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from coaching.packages import pricing
from coaching.packages.models import Package, PackagePurchase
from coaching.packages.pricing import Offered, ShownPackage
from core import flags
from payments.credits.queries import HeldCredits, held
from payments.flags import PAYMENTS
from payments.lookups import SubjectLookup
from payments.models import CreditGrant, Payment, Refund
from payments.stripe.configuration import is_configured
from payments.subjects import ShownSubject

MOST_SOLD = 100


@dataclass(frozen=True)
class SoldPackage:
    """A package that was paid, with what is left of it and the refund that has failed last, if it was not tried again."""

    purchase: PackagePurchase
    credits: HeldCredits
    failed_refund: Refund | None


def on_sale(request: HttpRequest, builder: User, offered: Iterable[Offered]) -> list[ShownPackage]:
    """Returns the packages of a builder that visitors can buy now. One query; none where nothing can be paid online."""
    if not is_configured() or not flags.is_on(request, PAYMENTS):
        return []
    rows = list(offered)
    shown = [pricing.shown(package, rows) for package in Package.objects.on_sale().filter(builder=builder)]
    return [row for row in shown if pricing.fitting(rows, row.package.session_types, row.package.minutes)]


def for_session_type(request: HttpRequest, offered: Offered) -> list[ShownPackage]:
    """Returns the packages whose credits pay for this session type. One query."""
    session_type = offered[0]
    rows = on_sale(request, session_type.builder, [offered])
    return [row for row in rows if not row.package.session_types or session_type.pk in row.package.session_types]


def sold_by(builder: User) -> list[SoldPackage]:
    """Returns what the builder has sold, the latest first. Four queries."""
    purchases = PackagePurchase.objects.filter(package__builder=builder, grant__isnull=False)
    rows = list(purchases.select_related("buyer", "grant", "package").order_by("-created_at")[:MOST_SOLD])
    grants = CreditGrant.objects.filter(pk__in=[purchase.grant_id for purchase in rows])
    left = {row.grant.pk: row for row in held(grants)}
    failed = _failed_refunds([purchase.pk for purchase in rows])
    return [
        SoldPackage(purchase, left[purchase.grant_id], failed.get(purchase.pk))
        for purchase in rows
        if purchase.grant_id is not None
    ]


def _failed_refunds(ids: Sequence[UUID]) -> dict[UUID, Refund]:
    payments = Payment.objects.about("package", ids)
    rows = Refund.objects.to_try_again().filter(payment__in=payments).select_related("payment")
    return {refund.payment.subject_id: refund for refund in rows}


def shown_purchases(ids: Iterable[UUID]) -> dict[UUID, ShownSubject]:
    """Returns title, buyer and address of these purchases, for the pages of payments. One query."""
    rows = PackagePurchase.objects.filter(pk__in=list(ids)).select_related("buyer")
    return {
        row.pk: ShownSubject(row.title, row.buyer.display_name, reverse("coaching:purchase", args=[row.pk]))
        for row in rows
    }


def _links(payment: Payment) -> list[tuple[str, str]]:
    purchase = PackagePurchase.objects.filter(pk=payment.subject_id).first()
    if purchase is None or purchase.grant_id is None:
        return []
    return [(f"Refund {purchase.reference}", reverse("coaching:refund_package", args=[purchase.pk]))]


def _search(text: str) -> Any:
    """Returns the ids of purchases with this reference; their people are found by the payment itself."""
    return PackagePurchase.objects.filter(reference__iexact=text).order_by().values("pk")


LOOKUP = SubjectLookup(links=_links, search=_search)
