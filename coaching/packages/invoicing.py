"""What invoices say of packages."""

from __future__ import annotations

from coaching.models import SessionType
from coaching.packages.models import PackagePurchase
from payments.invoices.states import SupplyPlace
from payments.invoices.subjects import SoldSubject
from payments.models import Payment


def sold(payment: Payment) -> SoldSubject | None:
    """Returns what was sold with the payment of a package: its sessions, for as long as they can be used. Two queries.

    Where they take place is known only once they are booked. So they count as online, unless all session types that they
    are for are in person.
    """
    purchase = PackagePurchase.objects.select_related("buyer", "package").filter(pk=payment.subject_id).first()
    if purchase is None or payment.paid_at is None:
        return None
    own = SessionType.objects.filter(builder=purchase.package.builder_id).select_related("tax_kind")
    types = list(own.filter(pk__in=purchase.session_types) if purchase.session_types else own)
    kinds = {session_type.tax_kind for session_type in types}
    is_online = not types or any(session_type.is_remote for session_type in types)
    return SoldSubject(
        text=f"{purchase.title}: {purchase.sessions} sessions of {purchase.minutes} minutes ({purchase.reference})",
        supplied_on=payment.paid_at.date(), supplied_until=(payment.paid_at + purchase.validity).date(),
        place=SupplyPlace.REMOTE if is_online else SupplyPlace.AT_SELLER, buyer_name=purchase.buyer.display_name,
        buyer_email="", zone=purchase.buyer.timezone, tax_kind=kinds.pop() if len(kinds) == 1 else None,
    )  # fmt: skip
