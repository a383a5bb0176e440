"""What staff do with payouts by hand: hold one and release it, and start the night's work early."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.roles import STAFF, Role
from core import audit, clock
from core.errors import Refusal, Refused
from payments.models import Payment, PayoutHold, Transfer
from payments.payouts import holds, releasing
from payments.payouts.notifications import notify_of_hold
from payments.refusals import PaymentRefusal
from payments.services import wrong_value
from payments.stripe.configuration import is_configured

State = Transfer.State
SUPPORT = PayoutHold.Reason.SUPPORT


@transaction.atomic
def hold(*, payment: Payment, reason: str, by: User) -> PayoutHold:
    """Keeps a payment from being paid out to its builders until support releases it. The reason is for staff; the builder
    is told that support looks into it. Holding it again changes nothing."""
    _check_staff(by, reason)
    row = PayoutHold.objects.filter(payment=payment, reason=SUPPORT, released_at=None).first()
    if row is not None:
        return row
    if not can_be_held(payment):
        raise Refused(PaymentRefusal.NOTHING_TO_HOLD)
    row = holds.hold(payment=payment, reason=SUPPORT)
    _record(payment, "payout held", reason, by)
    notify_of_hold(payment, row)
    return row


@transaction.atomic
def release(*, payment: Payment, reason: str, by: User) -> bool:
    """Ends the hold of support; returns False if there is none. What is due is paid out the next night."""
    _check_staff(by, reason)
    is_released = holds.release(payment=payment, reason=SUPPORT)
    if is_released:
        _record(payment, "payout released", reason, by)
    return is_released


def is_on_hold(payment: Payment) -> bool:
    """Whether support keeps the payment. One query."""
    return PayoutHold.objects.filter(payment=payment, reason=SUPPORT, released_at=None).exists()


def can_be_held(payment: Payment) -> bool:
    """Whether something of a payment to a builder has not been paid out yet. One query at most."""
    if payment.payee_id is None or not payment.refundable.amount:
        return False
    return payment.shared_at is None or payment.transfers.filter(state__in=[State.SCHEDULED, State.PAYABLE]).exists()


def pay_now(*, builder: User | None, by: User | None) -> int:
    """Does at once what is done each night, for one builder or for all; returns how many transfers were queued. By an
    admin, or by somebody at the console (None)."""
    if by is not None and Role.ADMIN not in by.roles:
        raise Refused(Refusal.FORBIDDEN)
    if not is_configured():
        raise Refused(PaymentRefusal.PROVIDER_DOWN, "This site has no key for Stripe, so nobody can be paid out.")
    queued = releasing.pay_due(clock.now(), builder.pk if builder else None)
    subject = builder or "all builders"
    audit.record(actor=by, action="payout started", subject=subject, before=None, after={"transfers": queued})
    return queued


def _check_staff(by: User, reason: str) -> None:
    if not set(by.roles) & STAFF:
        raise Refused(Refusal.FORBIDDEN)
    if not reason.strip():
        raise wrong_value("reason", "Give a reason: it is kept in the audit log.")


def _record(payment: Payment, action: str, reason: str, by: User) -> None:
    audit.record(actor=by, action=action, subject=payment, before=None, after={"reason": reason.strip()[:500]})
