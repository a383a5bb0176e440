"""What invoices say of subscriptions."""

from __future__ import annotations

from datetime import timedelta

from payments.invoices.states import SupplyPlace
from payments.invoices.subjects import SoldSubject
from payments.models import Payment, SubscriptionCharge
from payments.plans import periods
from payments.plans.states import ChargeKind

A_DAY = timedelta(days=1)  # a period ends before its last instant


def sold(payment: Payment) -> SoldSubject | None:
    """Returns what was sold with the payment of a charge: a period of a plan, or a larger plan within one. One query."""
    rows = SubscriptionCharge.objects.select_related("plan", "subscription__subscriber")
    charge = rows.filter(pk=payment.subject_id).first()
    if charge is None:
        return None
    zone, person = charge.subscription.timezone, charge.subscription.subscriber
    prefix = "Change to " if charge.kind == ChargeKind.CHANGE else ""
    return SoldSubject(
        text=f"{prefix}{charge.plan.name} ({charge.reference})",
        supplied_on=periods.day_of(charge.period_start, zone),
        supplied_until=periods.day_of(charge.period_end - A_DAY, zone),
        place=SupplyPlace.REMOTE, buyer_name=person.display_name, buyer_email="", zone=zone,
    )  # fmt: skip
