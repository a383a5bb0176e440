"""The texts of emails about a booking, for one event and one side, in the reader's time zone."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from bookings.agreement.email_times import leading_when, reader_when, times_of
from bookings.agreement.rules import credit_terms, terms_in_words
from bookings.agreement.signed_links import Purpose, path_for
from bookings.billing.texts import refund_facts
from bookings.calendar.texts import length_text
from bookings.clients.skill_reports import is_asked
from bookings.for_clients.texts import (
    INVITED_SMALL_PRINT,
    booked_text,
    invitation_accepted_text,
    is_invitation,
)
from bookings.meetings.places import AT_CLIENT
from bookings.meetings.rules import is_link_missing, link_for, place_for
from bookings.models import Booking, BookingEvent
from bookings.proposals.texts import PROPOSAL_SENTENCES, accepted_text
from bookings.states import AHEAD, Side, State, Verb
from core.mail import Email
from core.templatetags.waymark import money
from payments.states import Timing

MEMBER_SMALL_PRINT = "You can turn these mails off on your account page."
GUEST_SMALL_PRINT = (
    "You booked as a guest, so the links in this mail work without signing in. You can save this booking "
    "to an account on its page."
)
GUEST_SMALL_PRINT_AFTER = "You booked as a guest, without an account."  # it can no longer be moved or cancelled
GUEST_REMINDERS = "You can also turn off reminders there."


def about(event: BookingEvent, side: Side) -> Email:
    """Returns the email to one side about an event."""
    booking = event.booking
    subject, sentence = _subject_and_sentence(event, side)
    paragraphs = [sentence]
    if event.reason and _may_read_reason(event, side):
        label = f"Note from {other_name(booking, side)}" if event.verb == Verb.PROPOSE else "Reason"
        paragraphs.append(f"{label}: {event.reason}")
    if event.fee:
        paragraphs.append(f"Fee under the terms of this session: {booking.money(event.fee).shown()}.")
    return Email(
        subject=subject,
        greeting=greeting_of(booking, side),
        paragraphs=paragraphs,
        facts=[*_times_and_place(event, side), *refund_facts(event, side), *agreed_facts(booking, side, event.after)],
        links=meeting_links(booking, side, State.CONFIRMED if event.verb == Verb.START else event.after),
        button=(_button_label(event, side), f"{settings.SITE_URL}{_button_path(event, side)}"),
        actions=[*_follow_up(event, side), *actions_for(booking, side, event.after)],
        small_print=small_print_of(booking, side, event.after),
    )


def _times_and_place(event: BookingEvent, side: Side) -> list[tuple[str, str]]:
    """Returns the facts of the booking; suggested times first, where the email is about them."""
    booking = event.booking
    facts = facts_of(booking, side, event.starts_at, event.ends_at, event.started_at)
    if event.verb != Verb.PROPOSE:
        return facts
    times = [leading_when(booking, side, proposal.starts_at, proposal.ends_at) for proposal in event.proposals.all()]
    (_, current), *others = facts
    return [("Suggested", "\n".join(str(when) for when in times)), ("Current time", current), *others]


def _follow_up(event: BookingEvent, side: Side) -> list[tuple[str, str]]:
    """Returns the link to the page on which one click says which skills moved, after a session of a client on a pathway."""
    booking = event.booking
    if event.verb != Verb.COMPLETE or not _has_account(booking, side) or not is_asked(booking, side):
        return []
    return [("Update skills", f"{settings.SITE_URL}{page_path(booking, side, 'skills')}")]


def _may_read_reason(event: BookingEvent, side: Side) -> bool:
    """Whether the email contains the reason. An address that a builder entered gets no text by them until accepted."""
    is_stranger = event.booking.awaits_client and event.booking.is_unproven and side == Side.CLIENT
    return event.side != side and event.verb not in (Verb.EXPIRE, Verb.UNPAID, Verb.CALL_OFF) and not is_stranger


def reminder(booking: Booking, side: Side, now: datetime) -> Email:
    when = leading_when(booking, side, booking.starts_at, booking.ends_at)
    days = (when.start.date() - now.astimezone(when.start.tzinfo).date()).days
    day = {0: "Today", 1: "Tomorrow"}.get(days, f"{when.start:%A}")
    other = other_name(booking, side)
    is_elsewhere = when != reader_when(booking, side, booking.starts_at, booking.ends_at)
    at = f"{when.begins} ({when.clock})" if is_elsewhere else when.begins
    return Email(
        subject=f"{day} at {when.begins}: {booking.title} with {other}",
        greeting=greeting_of(booking, side),
        paragraphs=[f"{day} at {at}, you are meeting {other}."],
        facts=[
            *facts_of(booking, side, booking.starts_at, booking.ends_at, None),
            *agreed_facts(booking, side, booking.state),
        ],
        links=meeting_links(booking, side, booking.state),
        button=("See the booking", f"{settings.SITE_URL}{page_path(booking, side)}"),
        actions=actions_for(booking, side, booking.state),
        small_print="You can turn reminders off on your account page."
        if _has_account(booking, side)
        else f"{GUEST_SMALL_PRINT} {GUEST_REMINDERS}",
    )


def _subject_and_sentence(event: BookingEvent, side: Side) -> tuple[str, str]:
    """Returns (subject, sentence) for an event; the sentence says "you" to the side that did it."""
    booking, verb = event.booking, Verb(event.verb)
    other = other_name(booking, side)
    when = leading_when(booking, side, event.starts_at, event.ends_at)
    what = f"{booking.title}, {when.short}"
    is_mine = event.side == side
    who = {Side.SUPPORT: "Waymark's support", Side.SYSTEM: "Waymark"}.get(Side(event.side), other)
    if verb in (Verb.REQUEST, Verb.PROVE, Verb.PAY):
        return _new_booking_text(event, side, what)
    if event.is_other_length:
        return f"New length: {what}", length_text(event, when, other, who, is_mine=is_mine)
    if verb == Verb.RESCHEDULE:
        did = f"You have moved your session with {other}." if is_mine else f"{who} has moved your session."
        waits = " The new time needs to be confirmed." if event.after == State.PENDING else ""
        return f"Moved: {what}", f"{did}{waits}"
    if verb == Verb.ACCEPT:
        answer = invitation_accepted_text if event.started_at is None else accepted_text
        subject, sentence = answer(event, side, other)
        return f"{subject}: {what}", sentence
    if verb == Verb.RESOLVE:
        outcome = "it counts as completed" if event.after == State.COMPLETED else "it is cancelled"
        return f"Settled: {what}", f"Our support has settled the dispute about your session with {other}: {outcome}."
    mine, theirs = SENTENCES[verb]
    sentence = (mine if is_mine else theirs).format(other=other, who=who)
    return f"{SUBJECTS[verb]}: {what}", sentence


def _new_booking_text(event: BookingEvent, side: Side, what: str) -> tuple[str, str]:
    """Returns (subject, sentence) for a new booking: booked, requested or waiting for the guest's confirmation."""
    booking, other = event.booking, other_name(event.booking, side)
    if event.side == Side.BUILDER:
        subject, sentence = booked_text(event, side, other)
        return f"{subject}: {what}", sentence
    if booking.proof_due_at is not None:
        until = reader_when(booking, side, booking.proof_due_at, booking.proof_due_at)
        sentence = (
            f"We are holding this time with {other} for you until {until.begins} ({until.clock}). Confirm your address to "
            "complete your booking. If you did not request it, you can ignore this mail: the time will be released."
        )
        return f"Confirm your address: {what}", sentence
    if event.verb == Verb.REQUEST and booking.payment_due_at is not None:
        until = reader_when(booking, side, booking.payment_due_at, booking.payment_due_at)
        return f"Pay to book: {what}", (
            f"We are holding this time with {other} for you until {until.begins} ({until.clock}). Pay to complete your "
            "booking; otherwise the time is released and nothing is charged."
        )
    if event.after == State.CONFIRMED:
        mine, theirs = f"Your session with {other} is booked.", f"{other} has booked a session with you."
        return f"Booked: {what}", mine if side == Side.CLIENT else theirs
    if booking.series is not None:
        what = f"{booking.title}, {booking.series.count} times"
    if side == Side.CLIENT:
        return f"Requested: {what}", f"{other} has your request. We hold the time for you until they answer."
    return f"New request: {what}", f"{other} would like to book a session. We hold the time until you answer."


def is_unpaid_request(event: BookingEvent) -> bool:
    """Whether the email is about a new booking that counts once it is paid."""
    return event.verb == Verb.REQUEST and event.booking.payment_due_at is not None


SUBJECTS = {
    Verb.UNPAID: "Not paid",
    Verb.CONFIRM: "Confirmed",
    Verb.DECLINE: "Declined",
    Verb.CANCEL: "Cancelled",
    Verb.EXPIRE: "Not answered",
    Verb.CALL_OFF: "Called off",
    Verb.LAPSE: "Not confirmed",
    Verb.COMPLETE: "Completed",
    Verb.DISPUTE: "In dispute",
    Verb.START: "Started",
    Verb.JOIN: "Saved to an account",
    Verb.NO_SHOW: "No-show reported",
    Verb.CONTEST: "Contested",
    Verb.UPHOLD: "No-show upheld",
    Verb.EXCUSE: "No-show withdrawn",
    Verb.PROPOSE: "Another time suggested",
    Verb.REFUSE: "Suggested times declined",
    Verb.TIME_OUT: "Suggested times expired",
}
SENTENCES: dict[Verb, tuple[str, str]] = {  # (to the side that did it, to the other side)
    Verb.CONFIRM: ("You have confirmed the session with {other}.", "{who} has confirmed your session."),
    Verb.DECLINE: (
        "You have declined the session with {other}.",
        "{who} cannot make this time. You can request another one.",
    ),
    Verb.CANCEL: ("You have cancelled your session with {other}.", "{who} has cancelled your session."),
    Verb.EXPIRE: ("", "The request for a session with {other} was not answered in time and has expired."),
    Verb.LAPSE: ("", "The address for a session with {other} was not confirmed in time, so the time was released."),
    Verb.UNPAID: ("", "The session with {other} is not paid, so the time was released. Nothing was charged."),
    Verb.CALL_OFF: ("", "Your group session has been cancelled because too few people booked it."),
    Verb.COMPLETE: ("Your session with {other} is completed.", "Your session with {other} is completed. How was it?"),
    Verb.DISPUTE: (
        "You told us that something was wrong. Our support team is looking into it.",
        "{other} says that something was wrong with your session. Our support team is looking into it.",
    ),
    Verb.NO_SHOW: (
        "You reported that {other} did not come to your session.",
        "{other} says that you did not come to your session. If you were there, contest it on the booking page.",
    ),
    Verb.CONTEST: (
        "You told us that you were there. Our support team is looking into it.",
        "{other} says that they were there. Our support team is looking into it.",
    ),
    Verb.UPHOLD: (
        "",
        "Our support team has decided about the contested no-show in your session with {other}: the report stays.",
    ),
    Verb.EXCUSE: (
        "You withdrew your no-show report about {other}.",
        "The no-show report about your session with {other} was withdrawn.",
    ),
    **PROPOSAL_SENTENCES,
    Verb.START: ("Your session has started.", "Your session has started."),
    Verb.JOIN: ("The booking is in your account.", "{other} has saved the booking to an account."),
}


def facts_of(
    booking: Booking, side: Side, starts_at: datetime, ends_at: datetime, started_at: datetime | None
) -> list[tuple[str, str]]:
    """Returns (label, text) rows about the booking."""
    facts = [(label, str(when)) for label, when in times_of(booking, side, starts_at, ends_at)]
    if started_at is not None and started_at != starts_at:
        before = leading_when(booking, side, started_at, started_at + (ends_at - starts_at))
        facts.append(("Previously", str(before)))
    facts += [
        ("What", booking.title),
        ("With", other_name(booking, side)),
        ("Where", _where(booking, side)),
        ("Price", _price(booking)),
        *_series_facts(booking),
        ("Reference", booking.reference),
    ]
    return facts


def _price(booking: Booking) -> str:
    """Returns the price; with a discount also the list price and the reason."""
    if not booking.discount_reason:
        return money(booking.price)
    if booking.is_paid_with_credit:
        return f"Paid with a credit, instead of {money(booking.list_price)}"
    return f"{money(booking.price)} instead of {money(booking.list_price)}, {booking.discount_reason}"


def agreed_facts(booking: Booking, side: Side, state: str) -> list[tuple[str, str]]:
    """Returns the client's answers and notes, and while the session is ahead the terms for cancelling it.

    Answers are left out of emails to an address that is not confirmed, since anybody could have typed them.
    """
    facts = []
    if side == Side.BUILDER or not booking.is_unproven:
        facts += [(answer.label, answer.shown) for answer in booking.answers.all()]
        facts += [("Notes", booking.notes)] if booking.notes else []
    if state in AHEAD and (side == Side.CLIENT or any(percent for _, percent in booking.tiers)):
        label = "Cancelling" if side == Side.CLIENT else "The client's terms"
        facts.append((label, " ".join([*terms_in_words(booking.tiers), *credit_terms(booking)])))
    if side == Side.CLIENT and booking.total and state in (*AHEAD, State.COMPLETED):
        facts.append(("How to pay", how_to_pay(booking, state)))
    return facts


def how_to_pay(booking: Booking, state: str) -> str:
    """Returns how the client pays. What the builder has written about it is only for clients of confirmed sessions."""
    if booking.payment_timing == Timing.AT_BOOKING:
        return "With your card, when booking."
    if booking.payment_timing == Timing.AFTER_SESSION:
        return "With your card, after the session. We will mail you a link."
    answer = f"You pay {booking.builder.display_name} directly."
    if state == State.PENDING:
        return f"{answer} We will tell you how once your booking is confirmed."
    text = booking.builder.builder_profile.how_to_pay.strip()
    before = "If you have not paid yet: " if state == State.COMPLETED and text else ""
    return f"{before}{text}" if text else answer


def actions_for(booking: Booking, side: Side, state: str) -> list[tuple[str, str]]:
    """Returns the links to reschedule and to cancel, for the client of a session ahead. A guest's work without signing
    in. The builder has them on the booking's page, and answers a request there."""
    if side != Side.CLIENT or state not in AHEAD or not booking.is_counting:
        return []
    pages = {"Move this booking": "move", "Cancel this booking": "end"}
    if is_invitation(booking, state):
        pages = {"Decline": "end"}
    return [(label, f"{settings.SITE_URL}{page_path(booking, side, page)}") for label, page in pages.items()]


def meeting_links(booking: Booking, side: Side, state: str) -> list[tuple[str, str]]:
    """Returns the link to join by; for the builder, the page to add it on while it is missing. Only for sessions that
    are confirmed in `state`, the state after the event that the email is about."""
    if state != State.CONFIRMED or not booking.is_remote:
        return []
    if url := link_for(booking, {side}):
        return [("Join at", url)]
    if side == Side.BUILDER and is_link_missing(booking):
        return [("Add a meeting link", f"{settings.SITE_URL}{reverse('bookings:link', args=[booking.reference])}")]
    return []


def _where(booking: Booking, side: Side) -> str:
    if booking.is_remote:
        return "Remote, link to follow" if is_link_missing(booking) else "Remote"
    place = mailed_place(booking, side)
    if booking.in_person_at != AT_CLIENT:
        return place or "See the booking page"
    whose = "your" if side == Side.CLIENT else f"{booking.client_name}'s"
    return f"At {whose} place" + (f": {place}" if place else "")


def _series_facts(booking: Booking) -> list[tuple[str, str]]:
    series = booking.series
    if series is None:
        return []
    often = "every week" if series.every_weeks == 1 else f"every {series.every_weeks} weeks"
    return [("Series", f"{booking.series_number} of {series.count}, {often}")]


def _button_label(event: BookingEvent, side: Side) -> str:
    if event.verb == Verb.PROPOSE:
        return "Choose a time" if side == Side.CLIENT else "See the booking"
    if is_invitation(event.booking, event.after):
        return "See and accept" if side == Side.CLIENT else "See the booking"
    if side == Side.BUILDER and event.after == State.PENDING:
        return "Answer the requests" if event.booking.series else "Answer the request"
    if side == Side.CLIENT and event.verb == Verb.REQUEST and not event.booking.is_counting:
        return "Pay now" if is_unpaid_request(event) else "Confirm my address"
    if event.after == State.CANCELLED and side == Side.CLIENT:
        return "Find another time"
    labels = {Verb.COMPLETE: "Write a review", Verb.DISPUTE: "See the dispute"}
    return labels.get(Verb(event.verb), "See the booking")


def _button_path(event: BookingEvent, side: Side) -> str:
    booking = event.booking
    if event.verb == Verb.PROPOSE:
        return page_path(booking, side, "proposals" if side == Side.CLIENT else "booking")
    if side == Side.BUILDER and event.after == State.PENDING and not booking.awaits_client:
        return booking.series.get_absolute_url() if booking.series else path_for(booking, Purpose.ANSWER)
    if side == Side.CLIENT and is_unpaid_request(event):
        return path_for(booking, Purpose.PAY)
    if event.after == State.CANCELLED and side == Side.CLIENT:
        return reverse("bookings:choose", args=[booking.builder.builder_profile.slug])
    pages = {Verb.COMPLETE: "reviews", Verb.DISPUTE: "dispute"}
    return page_path(booking, side, pages.get(Verb(event.verb), "booking"))


def page_path(booking: Booking, side: Side, page: str = "booking") -> str:
    if _has_account(booking, side):
        return reverse(f"bookings:{page}", args=[booking.reference])
    return path_for(booking, Purpose.MAIL, f"guest_{page}")


def _has_account(booking: Booking, side: Side) -> bool:
    return side == Side.BUILDER or booking.client_id is not None


def greeting_of(booking: Booking, side: Side) -> str:
    name = mailed_name(booking, side)
    return f"Hello {name}," if name else "Hello,"


def mailed_name(booking: Booking, side: Side) -> str:
    """Returns the reader's name. A guest's is left out until their address is confirmed, since anybody could have
    typed it to have any text sent to a stranger."""
    if side == Side.BUILDER:
        return booking.builder.display_name
    return "" if booking.is_unproven else booking.client_name


def mailed_place(booking: Booking, side: Side) -> str:
    """Returns where they meet. A place that a guest typed is left out until their email address is confirmed."""
    is_typed = booking.location != booking.session_type.address
    return "" if side == Side.CLIENT and booking.is_unproven and is_typed else place_for(booking, {side})


def other_name(booking: Booking, side: Side) -> str:
    return booking.builder.display_name if side == Side.CLIENT else booking.client_name


def small_print_of(booking: Booking, side: Side, state: str) -> str:
    if booking.awaits_client and side == Side.CLIENT and booking.is_unproven:
        return INVITED_SMALL_PRINT.format(builder=booking.builder.display_name)
    if _has_account(booking, side):
        return MEMBER_SMALL_PRINT
    return GUEST_SMALL_PRINT if state in AHEAD else GUEST_SMALL_PRINT_AFTER
