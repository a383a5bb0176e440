"""Decides about referrals: which session counts, who gets credit for it, and what is taken back after a refund."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from bookings.billing.rules import KIND
from bookings.models import Booking
from bookings.states import State
from core import audit, clock
from core.errors import Refusal, Refused
from core.money import Money
from core.rates import compared, per_dollar
from payments.account_credit import services as account_credit
from payments.models import Payment
from payments.states import Provider, Status
from payments.stripe.amounts import payable
from referrals import fraud, notifications, services
from referrals.models import Referral, ReferralStatus, RefusalReason, Reward, RewardRule
from referrals.refusals import ReferralRefusal
from referrals.rules import rule_at

logger = logging.getLogger(__name__)
YEAR = timedelta(days=365)
MOST_AT_ONCE = 500
TAKEN = (Status.PAID, Status.PARTLY_REFUNDED)


def decide_all(now: datetime) -> int:
    """Decides about those who joined and have had a session that may count, and ends those whose time is over. Returns
    how many were looked at. The rows are found by the index on open referrals."""
    ready = Referral.objects.filter(status=ReferralStatus.JOINED).filter(
        Exists(_paid_sessions("client")) | Exists(_paid_sessions("builder"))
    )
    # Those that were looked at longest ago come first, so that sessions which do not count keep nobody waiting.
    keys = list(ready.order_by("changed_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    for key in keys:
        try:
            decide(referral_id=key, now=now)
        except Exception:
            logger.exception("a referral could not be decided", extra={"referral": str(key)})
    return len(keys) + expire(now)


@transaction.atomic
def decide(*, referral_id: UUID, now: datetime) -> Referral:
    """Gives the rewards, hands the referral to staff, or refuses it. Without a session that counts it stays open until its
    time is over."""
    referral = services.locked(referral_id)
    if referral.status != ReferralStatus.JOINED:
        return referral
    counted = _session_that_counts(referral)
    if counted is None:
        is_over = referral.joined_at < now - _longest_time()
        status = ReferralStatus.REFUSED if is_over else ReferralStatus.JOINED
        services.set_status(
            referral, status, now if is_over else referral.status_at, RefusalReason.EXPIRED if is_over else ""
        )
        return referral
    referral.booking, referral.rule = counted
    reason = fraud.reason_of(referral)
    if reason is not None:
        services.set_status(referral, ReferralStatus.REFUSED, now, reason)
        return referral
    referral.suspicion = fraud.suspicion_of(referral)
    if referral.suspicion:
        services.set_status(referral, ReferralStatus.QUALIFIED, now)
    else:
        _reward(referral, now)
    return referral


@transaction.atomic
def approve(*, referral_id: UUID, by: User, note: str) -> Referral:
    """Rewards a referral that waits for staff."""
    referral = _waiting(referral_id, by)
    referral.decided_by, referral.note = by, note
    _reward(referral, clock.now())
    audit.record(actor=by, action="referral approved", subject=referral, before=None, after={"note": note})
    return referral


@transaction.atomic
def refuse(*, referral_id: UUID, by: User, note: str) -> Referral:
    """Refuses a referral that waits for staff."""
    referral = _waiting(referral_id, by)
    referral.decided_by, referral.note = by, note
    services.set_status(referral, ReferralStatus.REFUSED, clock.now(), RefusalReason.STAFF)
    audit.record(actor=by, action="referral refused", subject=referral, before=None, after={"note": note})
    return referral


@transaction.atomic
def take_back(*, payment: Payment) -> None:
    """Takes the rewards back whose session was refunded so far that it no longer counts, as far as they were not spent.
    The payment is locked."""
    rows = Referral.objects.filter(booking=payment.subject_id)
    open_or_rewarded = rows.filter(status__in=[ReferralStatus.QUALIFIED, ReferralStatus.REWARDED])
    for key in open_or_rewarded.values_list("pk", flat=True):
        referral = services.locked(key)
        if referral.rule is not None and _is_enough(payment, referral.rule):
            continue
        for reward in referral.rewards.all():
            taken = account_credit.take_back_reward(
                person_id=reward.person_id, money=reward.money, reference=reward.ledger_key
            )
            Reward.objects.filter(pk=reward.pk).update(amount_taken_back=taken.amount)
        services.set_status(referral, ReferralStatus.REFUSED, clock.now(), RefusalReason.REFUNDED)


def expire(now: datetime) -> int:
    """Ends the referrals of people who had no session in time; returns how many."""
    open_rows = Referral.objects.filter(status=ReferralStatus.JOINED, joined_at__lt=now - _longest_time())
    late = open_rows.exclude(Exists(_paid_sessions("client")) | Exists(_paid_sessions("builder")))
    return late.update(status=ReferralStatus.REFUSED, reason=RefusalReason.EXPIRED, status_at=now, changed_at=now)


def _longest_time() -> timedelta:
    """Returns the longest time that any rule, present or former, leaves for the first session. One query."""
    return timedelta(days=max(RewardRule.objects.values_list("days", flat=True), default=0))


def _waiting(referral_id: UUID, by: User) -> Referral:
    """Returns a referral that this member of staff may decide about, locked."""
    referral = services.locked(referral_id)
    if referral.status != ReferralStatus.QUALIFIED:
        raise Refused(ReferralRefusal.DECIDED)
    if by.pk in (referral.referrer_id, referral.friend_id):
        raise Refused(Refusal.FORBIDDEN, "This is your own invitation. Another member of staff has to decide.")
    return referral


def _paid_sessions(side: str) -> QuerySet[Booking]:
    """Returns the sessions that may count for the referral of an outer query: completed, and paid through Waymark at
    least in part by other means than credit. Sessions between the two people are left out."""
    paid = Payment.objects.filter(
        subject_kind=KIND, subject_id=OuterRef("pk"), provider=Provider.STRIPE, status__in=TAKEN,
        amount_paid__gt=F("amount_from_credit"),
    )  # fmt: skip
    joined = Booking.objects.filter(
        **{side: OuterRef("friend")}, state=State.COMPLETED, starts_at__gt=OuterRef("joined_at")
    )
    return joined.exclude(Q(builder=OuterRef("referrer")) | Q(client=OuterRef("referrer"))).filter(Exists(paid))


def _session_that_counts(referral: Referral) -> tuple[Booking, RewardRule] | None:
    """Returns the first session that a rule counts, with the rule that was in force when the person joined."""
    for kind, side in ((RewardRule.Kind.CLIENT, "client"), (RewardRule.Kind.BUILDER, "builder")):
        rule = rule_at(kind, referral.joined_at)
        if rule is None:
            continue
        rows = Booking.objects.filter(
            **{side: referral.friend_id}, state=State.COMPLETED, starts_at__gt=referral.joined_at,
            completed_at__lte=referral.joined_at + timedelta(days=rule.days),
        ).exclude(Q(builder=referral.referrer_id) | Q(client=referral.referrer_id))  # fmt: skip
        for booking in rows.order_by("completed_at", "id")[:MOST_AT_ONCE]:
            if _counts(booking, rule):
                return booking, rule
    return None


def _counts(booking: Booking, rule: RewardRule) -> bool:
    """Whether enough was paid for the session, and no other referral has counted it. Locks the payment, so that a refund at
    the same time either comes before the reward or takes it back."""
    paid = Payment.objects.select_for_update(no_key=True).filter(
        subject_kind=KIND, subject_id=booking.pk, provider=Provider.STRIPE, status__in=TAKEN,
        amount_paid__gt=F("amount_from_credit"),
    )  # fmt: skip
    payment = paid.first()
    if payment is None or not _is_enough(payment, rule):
        return False
    return not Referral.objects.filter(booking=booking).exists()


def _is_enough(payment: Payment, rule: RewardRule) -> bool:
    """Whether what is left of the payment after refunds and lost disputes is the lowest price of the rule or more."""
    left = payment.refundable
    paid = compared(left, rule.currency, per_dollar()) if left.amount else None
    return paid is not None and paid >= rule.least_paid


def _reward(referral: Referral, now: datetime) -> None:
    """Adds the credit of both. Whoever has invited as many people as the rule allows in a year gets none, and their
    friend still does."""
    rule, booking = referral.rule, referral.booking
    assert rule is not None
    assert booking is not None
    _give(referral, referral.friend, rule.friend_amount, rule, booking.currency, now)
    User.objects.select_for_update(no_key=True).get(pk=referral.referrer_id)  # so that two at once count each other
    rewards = Reward.objects.filter(person=referral.referrer_id, given_at__gt=now - YEAR)
    if rewards.exclude(referral__friend=referral.referrer_id).count() < rule.most_per_year:
        currency = _currency_of(referral.referrer) or booking.currency
        _give(referral, referral.referrer, rule.referrer_amount, rule, currency, now)
    services.set_status(referral, ReferralStatus.REWARDED, now)


def _give(referral: Referral, person: User, amount: Decimal, rule: RewardRule, currency: str, now: datetime) -> None:
    """Adds credit for one of the two, unless the rule gives them none or their account was closed or switched off."""
    money = _converted(rule.money(amount), currency)
    if money.amount <= 0 or not person.is_active:
        return
    reward = Reward.objects.create(
        referral=referral, person=person, amount=money.amount, currency=money.currency, given_at=now
    )
    account_credit.add_reward(person_id=person.pk, money=money, reference=reward.ledger_key)
    notifications.rewarded(reward)


def _currency_of(person: User) -> str:
    """Returns the currency that the person last paid in, since credit pays for sums of its own currency only."""
    latest = Payment.objects.filter(payer=person).order_by("-created_at").values_list("currency", flat=True)[:1]
    return next(iter(latest), "")


def _converted(money: Money, currency: str) -> Money:
    """Returns the same in another currency; unchanged where there is no exchange rate."""
    amount = compared(money, currency, per_dollar())
    return payable(Money(amount, currency)) if amount else money
