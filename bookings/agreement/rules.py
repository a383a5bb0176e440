"""Pure questions about loaded bookings: who somebody is to one, what they can do, what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from accounts.roles import STAFF
from bookings.models import Booking
from bookings.states import Side, State, Verb, steps_from
from coaching.models import SessionType
from core.money import Money, rounded

ANSWER_WITHIN = timedelta(hours=48)
PROVE_WITHIN = timedelta(minutes=30)
COMPLETE_AFTER = timedelta(hours=48)
DISPUTE_WITHIN = timedelta(days=14)


def sides_of(person: User, booking: Booking) -> frozenset[Side]:
    """Whom this person can act for; nobody for a stranger."""
    sides = set()
    if booking.client_id == person.pk:
        sides.add(Side.CLIENT)
    if booking.builder_id == person.pk:
        sides.add(Side.BUILDER)
    if set(person.roles) & STAFF:
        sides.add(Side.SUPPORT)
    return frozenset(sides)


def allowed_verbs(booking: Booking, sides: frozenset[Side], now: datetime) -> list[Verb]:
    """What can be done from here, by these sides, at this time."""
    found = [
        step.verb
        for step in steps_from(booking.state, sides)
        if any(blocked(booking, step.verb, side, now) is None for side in step.sides & sides)
    ]
    return list(dict.fromkeys(found))


def blocked(booking: Booking, verb: str, side: str, now: datetime) -> str | None:
    """Why the clock, or what has been said already, does not allow it: a sentence."""
    if verb in (Verb.CONFIRM, Verb.RESCHEDULE, Verb.PROVE):
        return _blocked_ahead(booking, verb, now)
    if verb in (Verb.DISPUTE, Verb.NO_SHOW) and booking.ends_at + DISPUTE_WITHIN < now:
        return "This can be said until two weeks after a session ended."
    if verb == Verb.NO_SHOW and booking.no_show_by:
        return "That somebody stayed away is written down already."
    if verb == Verb.CONTEST and (booking.no_show_by != side or booking.contested_at):
        return "Only who is said to have stayed away can say otherwise, once."
    if verb == Verb.EXCUSE and (not booking.no_show_by or booking.no_show_by == side):
        return "There is nothing to take back."
    return None


def _blocked_ahead(booking: Booking, verb: str, now: datetime) -> str | None:
    """Why a booking that is still ahead cannot be confirmed or moved."""
    if verb == Verb.PROVE:
        return "This is done by the link in the mail."
    if booking.proof_due_at is not None:
        return "First the guest confirms their address, by the link in the mail."
    return "This session should have begun already." if booking.starts_at <= now else None


def is_due(booking: Booking, verb: str, side: str, now: datetime) -> bool:
    """What the clock does, it does when the time has come, as the row says under its lock; people do it when they do."""
    if side != Side.SYSTEM:
        return True
    if verb == Verb.START:
        return booking.starts_at <= now
    if verb == Verb.COMPLETE:
        return booking.ends_at + COMPLETE_AFTER <= now
    if verb == Verb.CALL_OFF:
        return booking.decide_at is not None and booking.decide_at <= now
    if verb == Verb.LAPSE:
        return booking.proof_due_at is not None and booking.proof_due_at <= now
    return booking.proof_due_at is None and (booking.answer_by is None or booking.answer_by <= now)


def decide_at(session_type: SessionType, starts_at: datetime, now: datetime) -> datetime | None:
    """When it is seen whether a group has enough people; None where that does not matter, or is over."""
    found = starts_at - timedelta(hours=session_type.decide_hours)
    return found if session_type.min_seats > 1 and found > now else None


@dataclass(frozen=True)
class Cost:
    """What ending or moving a booking costs, and which of its terms say so."""

    percent: int
    fee: Money
    hours: int | None = None  # of the tier that applies

    @property
    def is_free(self) -> bool:
        return not self.fee.amount


def cost_of(booking: Booking, verb: Verb, side: Side, now: datetime) -> Cost:
    """The one policy: a client who cancels or moves what was agreed pays by its terms; nobody else ever does."""
    nothing = Cost(0, booking.money(Decimal(0)))
    was_agreed = booking.state == State.CONFIRMED
    if side != Side.CLIENT or not was_agreed or verb not in (Verb.CANCEL, Verb.RESCHEDULE):
        return nothing
    tier = tier_at(booking.tiers, booking.starts_at - now)
    if tier is None:
        return nothing
    hours, percent = tier
    fee = rounded(booking.total * percent / 100, booking.currency)
    return Cost(percent, booking.money(fee), hours)


def tier_at(tiers: Sequence[Sequence[int]], left: timedelta) -> tuple[int, int] | None:
    """The terms that apply with so much time left: those with the most hours of the ones still kept to."""
    ordered = sorted((tier[0], tier[1]) for tier in tiers)
    kept = [tier for tier in ordered if timedelta(hours=tier[0]) <= left]
    return kept[-1] if kept else (ordered[0] if ordered else None)


def terms_in_words(tiers: Sequence[Sequence[int]]) -> list[str]:
    """The cancellation terms, the friendliest first."""
    ordered = sorted(((tier[0], tier[1]) for tier in tiers), reverse=True)
    if not any(percent for _, percent in ordered):
        return ["You can cancel at any time, free of charge."]
    told = []
    for at, (hours, percent) in enumerate(ordered):
        price = "is free" if not percent else "costs the whole price" if percent == 100 else f"costs {percent} %"
        if hours:
            told.append(f"Cancelling {_hours(hours)} ahead or earlier {price}.")
        else:
            told.append(f"Cancelling {'later' if at else 'at any time'} {price}.")
    return told


def _hours(hours: int) -> str:
    days, rest = divmod(hours, 24)
    if days > 1 and not rest:
        return f"{days} days"
    return f"{hours} hour{'' if hours == 1 else 's'}"


def answer_by(asked_at: datetime, starts_at: datetime, notice: timedelta) -> datetime:
    """When a request that nobody answers ends: after 48 hours, or at the notice before its start. Whoever books at
    the last moment still leaves the builder half of the time there is."""
    latest = max(starts_at - notice, asked_at + (starts_at - asked_at) / 2)
    return min(asked_at + ANSWER_WITHIN, latest)


def proof_due_at(session_type: SessionType, starts_at: datetime, now: datetime) -> datetime | None:
    """Returns until when the time is kept for a guest who confirms their address first; None where they need not."""
    return min(now + PROVE_WITHIN, starts_at) if session_type.needs_proof else None
