"""Which events of a booking are marked in the conversation of its two people, and what the marks say."""

from __future__ import annotations

from bookings.models import BookingEvent
from bookings.states import Side, State, Verb
from core import outbox
from payments.states import Timing

CHANNEL = "conversations"
KIND = "booking"
WORDS = {
    Verb.CONFIRM: "Session confirmed",
    Verb.DECLINE: "Session declined",
    Verb.CANCEL: "Session cancelled",
    Verb.EXPIRE: "Request not answered in time",
    Verb.CALL_OFF: "Session cancelled: too few people booked",
    Verb.RESCHEDULE: "Session moved",
    Verb.PROPOSE: "Another time suggested",
    Verb.ACCEPT: "Session accepted",
    Verb.COMPLETE: "Session completed",
}


def queue(event: BookingEvent) -> None:
    """Queues the mark of an event. It is added after the transaction, so that booking takes no query more."""
    is_joining = event.verb in (Verb.JOIN, Verb.PROVE)
    if is_joining or mark_text(event):
        outbox.put(event=f"conversation:{event.pk}", channel=CHANNEL, recipient=str(event.booking_id), payload={})


def mark_text(event: BookingEvent) -> str:
    """Returns the words of the mark, without names, since an erased person's must not stay; empty for no mark.

    Of a series only the first session is marked when it is booked.
    """
    is_paid_first = event.booking.payment_timing == Timing.AT_BOOKING and event.side == Side.CLIENT
    if event.verb == Verb.REQUEST and is_paid_first:
        return ""  # it counts once it is paid
    if event.verb in (Verb.REQUEST, Verb.PROVE, Verb.PAY):
        if event.booking.series_number > 1:
            return ""
        return "Session booked" if event.after == State.CONFIRMED else "Session requested"
    return WORDS.get(Verb(event.verb), "")
