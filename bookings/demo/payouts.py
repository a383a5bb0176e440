"""Demo payouts: the demo builder has an account at the stand-in for Stripe, with sessions that were paid out, one that was
refunded in part afterwards, one that is held, one that is not due yet, and one whose price is shared. Another builder has no
account, so that their money waits. Only where the stand-in runs, because its books have to know them too."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from accounts.models import User
from bookings.agreement.transitions import Actor
from bookings.billing import services as billing
from bookings.billing.checkout import services as paying
from bookings.billing.payouts import schedule_payouts
from bookings.billing.queries import payments_of, unpaid
from bookings.models import Booking
from bookings.states import Side, State
from coaching.models import SessionType
from coaching.sharing import services as sharing
from coaching.sharing.services import WantedShare
from core import http, outbox
from core.ids import uuid7
from core.registry import DemoPlan
from payments.models import Payment, PayoutHold, Transfer
from payments.payouts import accounts, holds, releasing
from payments.states import Timing

GOOD = "4242424242424242"  # a test card of Stripe
LEFT_UNPAID = 6  # of the newest sessions, for the payments to the builder directly
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def add_payouts(plan: DemoPlan, ada: User) -> None:
    """Adds the payouts, unless there are some, or no stand-in runs."""
    is_ours = settings.SANDBOX_URL and settings.STRIPE_API_BASE.startswith(settings.SANDBOX_URL)
    if not is_ours or Transfer.objects.exists():
        return
    own = _unpaid_sessions(ada)[LEFT_UNPAID : LEFT_UNPAID + 6]
    if len(own) < 6:
        return
    partner = _share_a_price(ada)
    _onboard(ada)
    if partner is not None:
        Booking.objects.filter(pk=own[3].pk).update(splits=[[str(partner.pk), "40"]])
    for booking in [*own, *_one_of_another_builder(ada)]:
        _pay(booking)
    schedule_payouts()
    paid = payments_of(own)
    _leave_for_later(paid[own[0].pk], plan.now)
    holds.hold(payment=paid[own[1].pk], reason=PayoutHold.Reason.SUPPORT)
    releasing.pay_due(plan.now)
    outbox.deliver_due("transfer")
    _refund_a_part(own[2], ada)


def _unpaid_sessions(builder: User) -> list[Booking]:
    mine = Booking.objects.filter(builder=builder, state=State.COMPLETED, client__isnull=False)
    return list(unpaid(mine).filter(payment_timing=Timing.OUTSIDE).order_by("-starts_at"))


def _one_of_another_builder(ada: User) -> list[Booking]:
    others = Booking.objects.filter(state=State.COMPLETED, client__isnull=False).exclude(builder=ada)
    return list(unpaid(others).filter(payment_timing=Timing.OUTSIDE).order_by("-starts_at")[:1])


def _share_a_price(ada: User) -> User | None:
    """Shares the price of one of Ada's session types with another builder, who agrees; returns them."""
    session_type = SessionType.objects.filter(builder=ada).exclude(category=SessionType.Category.FREE).last()
    partner = User.objects.filter(builder_profile__is_published=True).exclude(pk=ada.pk).order_by("email").first()
    if session_type is None or partner is None:
        return None
    sharing.save_shares(session_type=session_type, shares=[WantedShare(partner, Decimal(40))], by=ada)
    sharing.answer(share=session_type.price_shares.get(), accepts=True, by=partner)
    return partner


def _onboard(ada: User) -> None:
    """Sets up the account, and enters everything on the page of the stand-in, as a browser does."""
    address = accounts.start_onboarding(
        person=ada, country="US", return_url=settings.SITE_URL, refresh_url=settings.SITE_URL
    )
    http.request("POST", address, headers=FORM, body=b"answer=all", seconds=10, most_bytes=100_000)
    account = accounts.account_of(ada)
    assert account is not None
    accounts.check(account)


def _pay(booking: Booking) -> None:
    """Lets the client pay the session that is over on the page of the stand-in."""
    Booking.objects.filter(pk=booking.pk).update(payment_timing=Timing.AFTER_SESSION)
    page = paying.start_paying(booking=booking)
    http.request("POST", page.address, headers=FORM, body=f"card={GOOD}".encode(), seconds=10, most_bytes=100_000)
    paying.check_payment(booking=booking)


def _leave_for_later(payment: Payment, now: datetime) -> None:
    payment.transfers.update(due_at=now + timedelta(days=2))


def _refund_a_part(booking: Booking, ada: User) -> None:
    billing.refund(
        booking=booking, amount=(booking.total / 5).quantize(Decimal(1)), reason="We stopped early.", key=uuid7(),
        by=Actor(Side.BUILDER, ada),
    )  # fmt: skip
    for channel in ("refund", "reversal"):
        outbox.deliver_due(channel)
