"""Rules about loaded bookings, which run no queries: who may do what and when, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from accounts.roles import STAFF
from bookings.models import Booking
from bookings.states import Side, State, Verb, step_of, steps_from
from coaching.models import SessionType
from core.money import Money, rounded
from payments.states import Timing
from payments.stripe.amounts import least_payable, payable

ANSWER_WITHIN = timedelta(hours=48)
PROVE_WITHIN = timedelta(minutes=30)
COMPLETE_AFTER = timedelta(hours=48)
DISPUTE_WITHIN = timedelta(days=14)
AHEAD_ONLY = frozenset(
    {Verb.CONFIRM, Verb.RESCHEDULE, Verb.PROVE, Verb.PAY, Verb.PROPOSE, Verb.ACCEPT, Verb.REFUSE, Verb.TIME_OUT}
)
DONE_ELSEWHERE = {
    Verb.PROVE: "Use the link in the mail to do this.",
    Verb.PAY: "You can do this on the payment page.",
}
PAYS_FIRST = "The client has to pay first."


def sides_of(person: User, booking: Booking) -> frozenset[Side]:
    """Returns the sides that this person can act for; none for a stranger."""
    sides = set()
    if booking.client_id == person.pk:
        sides.add(Side.CLIENT)
    if booking.builder_id == person.pk:
        sides.add(Side.BUILDER)
    if set(person.roles) & STAFF:
        sides.add(Side.SUPPORT)
    return frozenset(sides)


def allowed_verbs(booking: Booking, sides: frozenset[Side], now: datetime) -> list[Verb]:
    """Returns what these sides can do with the booking now, in the order of the table of states."""
    verbs = [
        step.verb
        for step in steps_from(booking.state, sides)
        if any(why_blocked(booking, step.verb, side, now) is None for side in step.sides & sides)
    ]
    return list(dict.fromkeys(verbs))


def is_allowed(booking: Booking, verb: Verb, side: Side, now: datetime) -> bool:
    """Whether this side can do this with the booking now."""
    step = step_of(booking.state, verb)
    return step is not None and side in step.sides and why_blocked(booking, verb, side, now) is None


def why_blocked(booking: Booking, verb: str, side: str, now: datetime) -> str | None:
    """Returns a sentence that says why it is too late, too early or already done; None if it is allowed."""
    if verb in AHEAD_ONLY:
        return _why_blocked_ahead(booking, verb, now)
    if verb in (Verb.DISPUTE, Verb.NO_SHOW) and booking.ends_at + DISPUTE_WITHIN < now:
        return "This is possible until two weeks after the end of a session."
    return _why_no_show_is_blocked(booking, verb, side)


def _why_no_show_is_blocked(booking: Booking, verb: str, side: str) -> str | None:
    """Returns why a no-show cannot be reported, contested, upheld or withdrawn; None if it can."""
    if verb == Verb.NO_SHOW and booking.no_show_by:
        return "A no-show has already been reported."
    if verb == Verb.CONTEST and (booking.no_show_by != side or booking.contested_at):
        return "Only the person reported as a no-show can contest it, once."
    if verb == Verb.UPHOLD and (booking.contested_at is None or booking.upheld_at is not None):
        return "There is no contested no-show to decide."
    if verb == Verb.EXCUSE and (not booking.no_show_by or booking.no_show_by == side):
        return "There is nothing to withdraw."
    return None


def _why_blocked_ahead(booking: Booking, verb: str, now: datetime) -> str | None:
    """Returns why a booking that is still ahead cannot be confirmed or moved; None if it can."""
    if verb in DONE_ELSEWHERE:
        return DONE_ELSEWHERE[Verb(verb)]
    if (verb == Verb.ACCEPT and not booking.is_open_invitation) or verb in (Verb.REFUSE, Verb.TIME_OUT):
        return "Use the suggested times to do this."
    if booking.is_open_invitation and verb != Verb.ACCEPT:
        return "The client has to accept the session first."
    if verb == Verb.RESCHEDULE and booking.calendly_reschedule_url:
        return "This was booked on Calendly. Reschedule it there, and it will be updated here."
    if not booking.is_counting:
        waits_for_proof = booking.proof_due_at is not None
        return (
            ("The guest has to confirm their address first, with the link in the mail.")
            if waits_for_proof
            else PAYS_FIRST
        )
    return "This session should already have begun." if booking.starts_at <= now else None


def is_due(booking: Booking, verb: str, side: str, now: datetime) -> bool:
    """Whether the system may do this yet, according to the times of the booking. People may always."""
    if side != Side.SYSTEM:
        return True
    due_at = {
        Verb.START: booking.starts_at,
        Verb.COMPLETE: booking.ends_at + COMPLETE_AFTER,
        Verb.CALL_OFF: booking.decide_at,
        Verb.LAPSE: booking.proof_due_at,
        Verb.UNPAID: booking.payment_due_at or now,  # without it, what was reserved has ended at the provider
    }
    if verb in due_at:
        at = due_at[Verb(verb)]
        return at is not None and at <= now
    return booking.is_counting and (booking.answer_by is None or booking.answer_by <= now)


def decide_at(session_type: SessionType, starts_at: datetime, now: datetime) -> datetime | None:
    """Returns when to check whether a group has enough people; None if it needs no minimum or that time has passed."""
    deadline = starts_at - timedelta(hours=session_type.decide_hours)
    return deadline if session_type.min_seats > 1 and deadline > now else None


@dataclass(frozen=True)
class Cost:
    """The fee for cancelling or moving a booking, and the cancellation tier that it comes from."""

    percent: int
    fee: Money
    hours: int | None = None  # of the tier that applies
    loses_credit: bool = False  # whether the credit that paid for it does not come back

    @property
    def is_free(self) -> bool:
        return not self.fee.amount and not self.loses_credit


def cost_of(booking: Booking, verb: Verb, side: Side, now: datetime) -> Cost:
    """Returns the fee for a change. Only a client who cancels or moves a confirmed session pays, according to the
    terms that the booking was made with. Where cancelling costs something, a credit that paid for it is lost."""
    nothing = Cost(0, booking.money(Decimal(0)))
    was_agreed = booking.state == State.CONFIRMED
    if side != Side.CLIENT or not was_agreed or verb not in (Verb.CANCEL, Verb.RESCHEDULE):
        return nothing
    tier = tier_at(booking.tiers, booking.starts_at - now)
    if tier is None:
        return nothing
    hours, percent = tier
    if booking.is_paid_with_credit:
        loses_credit = verb == Verb.CANCEL and percent > 0
        return Cost(percent if loses_credit else 0, nothing.fee, hours, loses_credit)
    fee = payable(booking.money(rounded(booking.total * percent / 100, booking.currency)))
    is_waived = booking.payment_timing == Timing.AFTER_SESSION and fee.amount < least_payable(booking.currency).amount
    return Cost(percent, nothing.fee if is_waived else fee, hours)  # less than can be charged to a card is waived


def cost_until(booking: Booking, cost: Cost) -> datetime | None:
    """Returns until when a change costs the same; None if it costs no more later."""
    if cost.hours is None:
        return None
    hours = cost.hours
    for later_hours, percent in sorted(((tier[0], tier[1]) for tier in booking.tiers), reverse=True):
        if later_hours >= hours:
            continue
        if percent != cost.percent:
            return booking.starts_at - timedelta(hours=hours)
        hours = later_hours
    return None


def tier_at(tiers: Sequence[Sequence[int]], left: timedelta) -> tuple[int, int] | None:
    """Returns the tier (hours, per cent) that applies with so much time left; None without tiers.

    It is the one with the most hours that are still met, or else the one with the fewest hours.
    """
    ordered = sorted((tier[0], tier[1]) for tier in tiers)
    met = [tier for tier in ordered if timedelta(hours=tier[0]) <= left]
    return met[-1] if met else (ordered[0] if ordered else None)


def terms_in_words(tiers: Sequence[Sequence[int]]) -> list[str]:
    """Returns the cancellation terms as sentences, those with the most time before the session first."""
    ordered = sorted(((tier[0], tier[1]) for tier in tiers), reverse=True)
    if not any(percent for _, percent in ordered):
        return ["You can cancel at any time, free of charge."]
    sentences = []
    for at, (hours, percent) in enumerate(ordered):
        price = "is free" if not percent else "costs the whole price" if percent == 100 else f"costs {percent}%"
        if hours:
            sentences.append(f"Cancelling {_hours_in_words(hours)} ahead or earlier {price}.")
        else:
            sentences.append(f"Cancelling {'later' if at else 'at any time'} {price}.")
    return sentences


def credit_terms(booking: Booking) -> list[str]:
    """Returns what cancelling means for the credit that paid for the booking."""
    if not booking.is_paid_with_credit:
        return []
    if any(tier[1] for tier in booking.tiers):
        return ["Where cancelling is free, the credit comes back; where it costs something, the credit is lost."]
    return ["If the session is cancelled, the credit comes back."]


def _hours_in_words(hours: int) -> str:
    days, rest = divmod(hours, 24)
    if days > 1 and not rest:
        return f"{days} days"
    return f"{hours} hour{'' if hours == 1 else 's'}"


def answer_by(asked_at: datetime, starts_at: datetime, notice: timedelta) -> datetime:
    """Returns when an unanswered request ends: after 48 hours, or at the builder's notice before the start if that is
    earlier; but the builder has at least half of the time until the start, or the 48 hours."""
    latest = max(starts_at - notice, asked_at + (starts_at - asked_at) / 2)
    return min(asked_at + ANSWER_WITHIN, latest)


def proof_due_at(session_type: SessionType, starts_at: datetime, now: datetime) -> datetime | None:
    """Returns until when the time is kept while the guest confirms their address; None if they need not."""
    return min(now + PROVE_WITHIN, starts_at) if session_type.needs_proof else None
