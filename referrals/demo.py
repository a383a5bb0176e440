"""Demo data of referrals: the rules, two people whom Cleo has invited, and one whom staff have to look at."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from accounts.models import User
from bookings.models import Booking
from bookings.states import State
from core.registry import DemoPlan
from referrals import qualifying, services
from referrals.models import Referral, ReferralStatus, RewardRule

DAY = timedelta(days=1)


def seed(plan: DemoPlan) -> None:
    """Adds the codes, the rules and the people unless they are there."""
    services.add_missing_codes()
    if not RewardRule.objects.exists():
        for kind, amount, least in ((RewardRule.Kind.CLIENT, 10, 40), (RewardRule.Kind.BUILDER, 25, 60)):
            RewardRule.objects.create(
                kind=kind, referrer_amount=Decimal(amount), friend_amount=Decimal(amount), currency="EUR",
                least_paid=Decimal(least), created_at=plan.now - 90 * DAY,
            )  # fmt: skip
    cleo = User.objects.get(email="client@demo.test")
    if Referral.objects.filter(referrer=cleo).exists():
        return
    sessions = Booking.objects.filter(state=State.COMPLETED, client__builder_profile=None, client__is_active=True)
    by_client = {
        booking.client: booking
        for booking in sessions.select_related("client").exclude(client=cleo).order_by("reference")[:20]
        if booking.client
    }
    rule = RewardRule.objects.filter(kind=RewardRule.Kind.CLIENT).first()
    for number, (client, booking) in enumerate(list(by_client.items())[:3]):
        referral = Referral.objects.create(
            referrer=cleo, friend=client, code=services.ensure_code(cleo),
            joined_at=plan.now - (5 + 9 * number) * DAY, status_at=plan.now - (1 + 9 * number) * DAY,
        )  # fmt: skip
        if number:
            referral.rule, referral.booking, referral.suspicion = rule, booking, Referral.Suspicion.NETWORK
            services.set_status(referral, ReferralStatus.QUALIFIED, referral.status_at)
        if number == 1:
            admin = User.objects.get(email="admin@demo.test")
            qualifying.approve(referral_id=referral.pk, by=admin, note="They work in the same studio.")
