"""What invoices say of packages."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from coaching.models import SessionType
from coaching.packages.models import PackagePurchase
from payments.invoices.states import SupplyPlace
from payments.invoices.subjects import SoldSubject
from payments.models import Payment


def sold(payment: Payment) -> SoldSubject | None:
    """Returns what was sold with the payment of a package: its sessions, from the purchase until its credits expire. Two
    queries."""
    purchases = PackagePurchase.objects.select_related("package__builder", "buyer", "grant")
    purchase = purchases.filter(pk=payment.subject_id).first()
    if purchase is None:
        return None
    zone = ZoneInfo(purchase.package.builder.timezone)
    until = purchase.grant.expires_at if purchase.grant else None
    return SoldSubject(
        text=f"{purchase.title}, {purchase.sessions} sessions ({purchase.reference})",
        supplied_on=(payment.paid_at or purchase.created_at).astimezone(zone).date(),
        supplied_until=until.astimezone(zone).date() if until else None,
        place=_place(purchase),
        buyer_name=purchase.buyer.display_name,
        buyer_email="",
        zone=purchase.buyer.timezone,
    )


def _place(purchase: PackagePurchase) -> SupplyPlace:
    """Returns where the sessions are: with the builder if one of the session types is never remote."""
    types = SessionType.objects.filter(builder=purchase.package.builder, is_remote=False)
    if purchase.session_types:
        types = types.filter(pk__in=purchase.session_types)
    return SupplyPlace.AT_SELLER if types.exists() else SupplyPlace.REMOTE
