"""What can happen to referrals: a code, joining, the reward, and decisions of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from bookings.models import Booking
from bookings.states import State
from core import audit, clock
from core.errors import Refused
from referrals import fraud, notifications, queries
from referrals.codes import code_named, new_code
from referrals.models import Referral, ReferralCode, ReferralStatus, RefusalReason, RewardRule
from referrals.refusals import ReferralRefusal
from referrals.rules import rules_at

REDEEMED_WITHIN = timedelta(days=30)  # after joining; later it was not the code that brought them
MOST_CODES = 10
CODES_AT_ONCE = 1_000


@dataclass(frozen=True)
class NewRule:
    """What an admin set for one kind of reward."""

    kind: str
    is_on: bool
    referrer_amount: Decimal
    friend_amount: Decimal
    currency: str
    least_paid: Decimal
    days: int
    most_per_year: int


def ensure_code(person: User) -> ReferralCode:
    """Returns the person's latest code; creates their first one."""
    return queries.code_of(person) or _add_code(person)


def add_missing_codes() -> int:
    """Gives everybody a first code who has none, such as accounts made by a command; returns how many. In batches, so that
    no statement is long."""
    added = 0
    while True:
        without = User.objects.filter(is_active=True, referral_codes=None).order_by("pk")[:CODES_AT_ONCE]
        codes = [ReferralCode(owner_id=person, code=new_code()) for person in without.values_list("pk", flat=True)]
        ReferralCode.objects.bulk_create(codes)
        added += len(codes)
        if len(codes) < CODES_AT_ONCE:
            return added


@transaction.atomic
def replace_code(*, person: User) -> ReferralCode:
    """Gives the person a new code. Links with the old ones keep working."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if ReferralCode.objects.filter(owner=person).count() >= MOST_CODES:
        raise Refused(ReferralRefusal.NOT_REDEEMABLE, f"You have {MOST_CODES} codes already. Use one of them.")
    return _add_code(person)


def _add_code(person: User) -> ReferralCode:
    return ReferralCode.objects.create(owner=person, code=new_code())


@transaction.atomic
def record_joining(*, person: User, code: str) -> Referral | None:
    """Records that a new person came with this code. Nothing happens for a wrong code, or while there are no rewards."""
    known = code_named(code) if code else None
    now = clock.now()
    if known is None or known.owner_id == person.pk or not rules_at(now):
        return None
    try:
        with transaction.atomic():
            return _add_referral(known, person, now)
    except IntegrityError:  # two requests at once: the first one counts
        return None


def redeem(*, person: User, code: str) -> Referral:
    """Records the code that a person typed after joining. Refuses their own, a second one, and one that comes too late."""
    now = clock.now()
    known = code_named(code)
    if known is None:
        raise Refused(ReferralRefusal.NOT_REDEEMABLE, "This code does not exist. Check how it is written.")
    if Referral.objects.filter(friend=person).exists():
        raise Refused(ReferralRefusal.NOT_REDEEMABLE, "You have used a code already.")
    if fraud.reason_at_joining(known.owner, person) is not None:
        raise Refused(ReferralRefusal.NOT_REDEEMABLE, "You cannot use your own code, or that of somebody you invited.")
    if person.created_at < now - REDEEMED_WITHIN or has_completed_session(person):
        raise Refused(
            ReferralRefusal.NOT_REDEEMABLE,
            f"A code can be used in the first {REDEEMED_WITHIN.days} days, before the first session.",
        )
    if not rules_at(now):
        raise Refused(ReferralRefusal.NOT_REDEEMABLE, "There are no rewards for invitations at the moment.")
    try:
        with transaction.atomic():
            return _add_referral(known, person, now)
    except IntegrityError:
        raise Refused(ReferralRefusal.NOT_REDEEMABLE, "You have used a code already.") from None


def has_completed_session(person: User) -> bool:
    """Whether the person has booked or given a session that took place. One query."""
    return Booking.objects.filter(Q(client=person) | Q(builder=person), state=State.COMPLETED).exists()


def _add_referral(code: ReferralCode, person: User, now: datetime) -> Referral:
    reason = fraud.reason_at_joining(code.owner, person)
    if reason is None and has_completed_session(person):
        reason = RefusalReason.SAME_PERSON  # a guest of before, whose bookings became theirs by joining
    referral = Referral.objects.create(
        referrer=code.owner,
        friend=person,
        code=code,
        joined_at=now,
        status=ReferralStatus.REFUSED if reason else ReferralStatus.JOINED,
        status_at=now,
        reason=reason or "",
    )
    if reason is None:
        notifications.joined(referral)
    return referral


def save_rule(*, rule: NewRule, by: User) -> RewardRule:
    """Saves the rule of one kind for everybody who joins from now on."""
    with transaction.atomic():
        saved = RewardRule.objects.create(
            kind=rule.kind, is_on=rule.is_on, referrer_amount=rule.referrer_amount, friend_amount=rule.friend_amount,
            currency=rule.currency, least_paid=rule.least_paid, days=rule.days, most_per_year=rule.most_per_year,
            created_by=by,
        )  # fmt: skip
        after = {
            "on": rule.is_on,
            "referrer": str(saved.money(rule.referrer_amount)),
            "friend": str(saved.money(rule.friend_amount)),
        }
        audit.record(actor=by, action="reward rule changed", subject=saved, before=None, after=after)
    return saved


def locked(referral_id: UUID) -> Referral:
    """Returns the referral, locked until the transaction ends."""
    rows = Referral.objects.select_related("referrer", "friend", "booking", "rule")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=referral_id)


def set_status(referral: Referral, status: ReferralStatus, now: datetime, reason: str = "") -> None:
    """Saves the status of a locked referral."""
    referral.status, referral.status_at, referral.reason = status, now, reason
    referral.save()
