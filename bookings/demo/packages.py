"""Demo packages: two that Ada sells; with the stand-in for Stripe also those that Cleo has bought: one that she uses, one
that expires soon, and a gift whose link waits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.conf import settings

from accounts.models import User
from coaching.early_booking import services as early_booking
from coaching.packages import checkout, pricing, services
from coaching.packages.models import Package, PackagePurchase
from coaching.packages.services import NewPackage
from core import http
from core.registry import DemoPlan
from payments.models import CreditGrant

GOOD = "4242424242424242"  # a test card of Stripe
SOON = timedelta(days=5)


def add_packages(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Adds packages and a discount for booking early, unless there are some."""
    if Package.objects.filter(builder=ada).exists():
        return
    early_booking.save_for_builder(builder=ada, tiers={21: 10})
    first = _sell(ada, "Five coaching hours", 60, 5)
    second = _sell(ada, "Three longer sessions", 90, 3)
    is_ours = settings.SANDBOX_URL and settings.STRIPE_API_BASE.startswith(settings.SANDBOX_URL)
    if not is_ours or first is None or second is None:
        return
    _buy(first, cleo)
    ending = _buy(second, cleo)
    CreditGrant.objects.filter(purchase=ending).update(expires_at=plan.now + SOON)
    _buy(first, cleo, is_gift=True)


def _sell(ada: User, title: str, minutes: int, sessions: int) -> Package | None:
    """Returns a package of Ada's for a tenth less, for the first of her paid sessions with this length; None if there is
    none."""
    rows = pricing.fitting(services.offered_by(ada), [], minutes)
    alone = [(session_type, price) for session_type, price in rows if session_type.seats == 1]
    if not alone:
        return None
    session_type, single = alone[0]
    price = (single.amount * sessions * Decimal("0.9")).quantize(Decimal(1))
    new = NewPackage(title, [session_type.pk], minutes, sessions, price, single.currency, 365)
    return services.save(package=None, new=new, by=ada)


def _buy(package: Package, cleo: User, *, is_gift: bool = False) -> PackagePurchase:
    """Buys a package and pays for it on the page of the stand-in, as a browser does."""
    purchase = services.buy(package=package, buyer=cleo, is_gift=is_gift)
    page = checkout.start_paying(purchase=purchase)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    http.request("POST", page.address, headers=headers, body=f"card={GOOD}".encode(), seconds=10, most_bytes=100_000)
    checkout.check_payment(purchase=purchase)
    return purchase
