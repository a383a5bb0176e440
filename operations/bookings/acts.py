"""What staff can do with a booking: one table, from which the page and the forms are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.rules import allowed_verbs
from bookings.agreement.transitions import Actor
from bookings.billing.cancelling import cancellation_of
from bookings.billing.queries import bill_of
from bookings.disputes import no_shows
from bookings.disputes import services as disputes
from bookings.models import Booking
from bookings.states import Side, State, Verb
from core import audit
from operations.bookings import services as staff
from operations.bookings.forms import BookingReasonForm, LetterForm, SettleForm, StaffMoveForm

Perform = Callable[[Booking, User, dict[str, Any]], str]


@dataclass(frozen=True)
class BookingAct:
    """One thing to do with a booking. It is possible where the table of states lets support do `verb`; without a verb,
    always."""

    slug: str
    label: str
    perform: Perform
    follows: Callable[[Booking, datetime], list[str]]
    verb: Verb | None
    form: Callable[..., Form] = BookingReasonForm
    is_danger: bool = False

    def is_possible(self, booking: Booking, now: datetime) -> bool:
        return self.verb is None or self.verb in allowed_verbs(booking, frozenset({Side.SUPPORT}), now)


def acts_for(booking: Booking, now: datetime) -> list[BookingAct]:
    """Returns what staff can do with the booking now."""
    return [act for act in BOOKING_ACTS.values() if act.is_possible(booking, now)]


def _confirm(booking: Booking, by: User, answers: dict[str, Any]) -> str:
    changed = services.confirm(booking=booking, by=Actor(Side.SUPPORT, by))
    after = {"reason": answers["reason"], "state": changed.state}
    audit.record(actor=by, action="booking confirmed by staff", subject=booking, before=None, after=after)
    return "Confirmed. Both sides are told."


def _cancel(booking: Booking, by: User, answers: dict[str, Any]) -> str:
    services.cancel(booking=booking, by=Actor(Side.SUPPORT, by), reason=answers["reason"])
    return "Cancelled. Both sides are told."


def _cancel_follows(booking: Booking, now: datetime) -> list[str]:
    cost = cancellation_of(bill_of(booking), Verb.CANCEL, Side.SUPPORT, now).cost
    fee = f"The client pays {cost.fee.shown()}." if cost.fee.amount else "The client pays nothing."
    return [fee, "What was paid above that through Waymark is given back.", "The time is free again.", TOLD]


def _move(booking: Booking, by: User, answers: dict[str, Any]) -> str:
    services.reschedule(booking=booking, start=answers["start"], by=Actor(Side.SUPPORT, by), reason=answers["reason"])
    return "Moved. Both sides are told."


def _settle(booking: Booking, by: User, answers: dict[str, Any]) -> str:
    disputes.resolve(
        booking=booking, by=Actor(Side.SUPPORT, by), outcome=State(answers["outcome"]), reason=answers["reason"],
        refund_amount=answers.get("refund_amount"),
    )  # fmt: skip
    return "Settled. Both sides are told."


def _uphold(booking: Booking, by: User, answers: dict[str, Any]) -> str:
    no_shows.uphold(booking=booking, by=Actor(Side.SUPPORT, by), reason=answers["reason"])
    return "The report stays. Both sides are told."


def _excuse(booking: Booking, by: User, answers: dict[str, Any]) -> str:
    no_shows.excuse(booking=booking, by=Actor(Side.SUPPORT, by), reason=answers["reason"])
    return "The report is withdrawn. Both sides are told."


def _contact(booking: Booking, by: User, answers: dict[str, Any]) -> str:
    staff.write_to_side(booking=booking, by=by, side=Side(answers["side"]), text=answers["text"])
    return "The message is on its way."


TOLD = "Both sides get a mail with the reason."
BOOKING_ACTS = {
    act.slug: act
    for act in (
        BookingAct(
            "confirm", "Confirm", _confirm,
            lambda booking, now: ["The session is agreed, as if the builder had confirmed it.", "Both sides get a mail."],
            Verb.CONFIRM,
        ),
        BookingAct(
            "move", "Move", _move,
            lambda booking, now: ["The old time is free again. The new one has to be free.", TOLD],
            Verb.RESCHEDULE, form=StaffMoveForm,
        ),
        BookingAct(
            "settle", "Settle the dispute", _settle,
            lambda booking, now: [
                "Counts as completed: the builder keeps what was paid, less what you give back.",
                "Is cancelled: the client gets back all that was paid through Waymark.",
                TOLD,
            ],
            Verb.RESOLVE, form=SettleForm,
        ),
        BookingAct(
            "uphold", "Uphold the no-show", _uphold,
            lambda booking, now: [
                "The report stays, and counts in the figures. It can no longer be contested.",
                "The price and what was paid stay as they are.",
                TOLD,
            ],
            Verb.UPHOLD,
        ),
        BookingAct(
            "excuse", "Withdraw the no-show", _excuse,
            lambda booking, now: ["The report is removed from the booking.", TOLD],
            Verb.EXCUSE,
        ),
        BookingAct("contact", "Write to a side", _contact, lambda booking, now: [], None, form=LetterForm),
        BookingAct("cancel", "Cancel", _cancel, _cancel_follows, Verb.CANCEL, is_danger=True),
    )
}  # fmt: skip
