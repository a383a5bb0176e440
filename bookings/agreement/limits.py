"""Limits on how often somebody may book: per person, per network, and per email address of a guest."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest

from accounts.models import User
from accounts.sign_in.limits import LINKS, MAILS_NOBODY, ONLY_SHOWS, TELLS_SOMEBODY
from bookings.agreement.requests import Contact
from bookings.models import Booking
from bookings.states import State
from core.errors import Refusal, Refused
from core.limits import Limit, hit_all
from core.post_limits import PostLimit
from core.requests import client_address
from messaging.limits import ACTS, SENDING
from scheduling.refusals import TimeRefusal

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOOKINGS_PER_NETWORK = Limit("bookings of an address", "LIMIT_BOOKINGS_PER_ADDRESS", MINUTE)
BOOKINGS_PER_PERSON = Limit("bookings of a person", "LIMIT_BOOKINGS_PER_PERSON", MINUTE)
BOOKINGS_PER_EMAIL = Limit("bookings for a mail", "LIMIT_BOOKINGS_PER_MAIL", HOUR)
MOST_UNPAID = 3
PLANS_HELD = Limit("plans held by a person", 20, DAY)  # of up to 60 sessions each, so that nobody blocks a calendar
DRAFTS_PER_NETWORK = Limit("drafts of a network", "LIMIT_DRAFTS_PER_NETWORK", DAY)
_BOOKING_FORMS = PostLimit(
    person=Limit("booking forms of a person", "LIMIT_BOOKINGS_PER_PERSON", MINUTE),
    network=Limit("booking forms of an address", "LIMIT_BOOKINGS_PER_ADDRESS", MINUTE),
)
_HOLD_FORMS = PostLimit(
    none_because=("It sends no mail. How many times one person can hold is limited where a time is taken.")
)

POSTS = {
    "bookings:choose": _BOOKING_FORMS,  # also limited by count_booking, like every page that books
    "bookings:hold": _HOLD_FORMS,
    "bookings:on_calendly": _BOOKING_FORMS,  # it makes Waymark ask Calendly
    "bookings:extend": _HOLD_FORMS,
    "bookings:release": _HOLD_FORMS,
    "bookings:details": MAILS_NOBODY,  # new drafts from one network are limited where they are saved
    "bookings:review": _BOOKING_FORMS,
    "bookings:plan": _BOOKING_FORMS,
    "bookings:wait": _BOOKING_FORMS,
    "bookings:new_session_plan": _BOOKING_FORMS,
    "bookings:change_session_plan": _BOOKING_FORMS,
    "bookings:session_plan": MAILS_NOBODY,
    "bookings:hold_session_plan": _HOLD_FORMS,
    "bookings:review_session_plan": _BOOKING_FORMS,
    "bookings:end_session_plan": TELLS_SOMEBODY,
    "bookings:embed_hold": _HOLD_FORMS,
    "bookings:embed_details": PostLimit(
        none_because="Counted by count_booking in the view, so that the refusal is shown inside the frame."
    ),
    **dict.fromkeys(("bookings:embed", "bookings:embed_times", "bookings:embed_booked"), ONLY_SHOWS),
    "bookings:offer": _BOOKING_FORMS,
    "bookings:messages": SENDING,
    "bookings:guest_messages": SENDING,
    "bookings:guest_messages_act": ACTS,
    "bookings:renew_link": PostLimit(network=LINKS),  # also limited by count_renewal
    "bookings:put": MAILS_NOBODY,
    "bookings:agenda": ACTS,
    "bookings:guest_agenda": ACTS,
    "bookings:checks": MAILS_NOBODY,
    "bookings:block_time": MAILS_NOBODY,
    "bookings:blocked_time": MAILS_NOBODY,
    "bookings:new_project": MAILS_NOBODY,
    "bookings:edit_project": MAILS_NOBODY,
    "bookings:close_project": MAILS_NOBODY,
    **dict.fromkeys(
        (
            "bookings:series",
            "bookings:leave",
            "bookings:client",
            "bookings:suggest_goal",
            "bookings:answer",
            "bookings:guest_act",
            "bookings:guest_end",
            "bookings:guest_move",
            "bookings:guest_proposals",
            "bookings:proposals",
            "bookings:suggest",
            "bookings:book_for_client",
            "bookings:join",
            "bookings:pay",
            "bookings:guest_reminders",
            "bookings:guest_reviews",
            "bookings:guest_reply",
            "bookings:guest_deliverables",
            "bookings:guest_no_show",
            "bookings:guest_dispute",
            "bookings:act",
            "bookings:end",
            "bookings:move",
            "bookings:calendar_move",
            "bookings:calendar_length",
            "bookings:calendar_undo",
            "bookings:reviews",
            "bookings:reply",
            "bookings:deliverables",
            "bookings:no_show",
            "bookings:dispute",
            "bookings:remove",
            "bookings:skills",
            "bookings:link",
            "bookings:receipt",
            "bookings:refund",
            "bookings:refund_again",
            "bookings:give_up_refund",
            "bookings:correct_receipt",
            "bookings:report",
            "bookings:unconfirmed",
            "bookings:answer_several",
        ),
        TELLS_SOMEBODY,
    ),
    "bookings:start_meeting": ONLY_SHOWS,
}


def count_booking(request: HttpRequest, guest: Contact | None) -> None:
    """Counts an attempt to book, and refuses it once a limit is exceeded. One query."""
    attempts = [(BOOKINGS_PER_NETWORK, client_address(request))]
    if request.user.is_authenticated:
        attempts.append((BOOKINGS_PER_PERSON, str(request.user.pk)))
    if guest is not None:
        attempts.append((BOOKINGS_PER_EMAIL, guest.email.lower()))
    hit_all(attempts)


def count_guest_booking(builder: UUID, network: str) -> None:
    """Counts a guest's booking, and refuses it once a network has booked too many with this builder within an hour.

    Called in the transaction of the booking, so that a refused one does not count, and with the builder's time locked,
    so that two bookings from the same network cannot pass the limit at the same time.
    """
    limit = Limit("guests of a network with a builder", "LIMIT_GUEST_BOOKINGS_PER_NETWORK", HOUR)
    usage = limit.count(f"{builder}:{network}")
    if usage and usage.is_exceeded:
        sentence = (
            "Too many sessions with this builder were booked from your network in the last hour. Sign in to "
            "book, or try again later."
        )
        raise Refused(Refusal.RATE_LIMITED, sentence, retry_after=usage.seconds)


def check_unpaid(person: User | None) -> None:
    """Refuses another booking that has to be paid first if the person has some of them already.

    Builders do not see them, so that somebody who never pays could empty a calendar without being noticed. One query.
    """
    unpaid = Booking.objects.filter(client=person, state=State.PENDING, payment_due_at__isnull=False)
    if person is not None and unpaid.count() >= MOST_UNPAID:
        sentence = f"You have {MOST_UNPAID} bookings that are not paid yet. Pay or cancel one of them first."
        raise Refused(TimeRefusal.TOO_MANY_HOLDS, sentence, retry_after=60)


def count_invitation(builder: UUID, email: str) -> None:
    """Counts a session that a builder books for somebody who is not a client of theirs yet, and refuses it once the
    builder has mailed too many strangers, or this address was mailed too often by all builders, within a day.

    Called in the transaction of the booking, so that a refused one does not count.
    """
    by_builder = Limit("invitations of a builder", "LIMIT_INVITATIONS_PER_BUILDER", DAY)
    by_builder.hit(str(builder), "You have invited many new people today. You can invite more tomorrow.")
    by_address = Limit("invitations to a mail", "LIMIT_INVITATIONS_PER_MAIL", DAY)
    by_address.hit(email.lower(), "This address has already been invited several times today. Try again tomorrow.")


def count_renewal(request: HttpRequest, booking: Booking) -> bool:
    """Counts a request for a new link, and returns whether to send it: a few per booking and per network.

    The page shown is the same either way.
    """
    by_booking = Limit("renewed links of a booking", "LIMIT_LINKS_PER_BOOKING", HOUR).count(str(booking.pk))
    network = client_address(request)
    by_network = Limit("renewed links of a network", "LIMIT_LINKS_PER_NETWORK", HOUR).count(network)
    return not any(usage and usage.is_exceeded for usage in (by_booking, by_network))


def refuse_robots(request: HttpRequest) -> None:
    """Refuses a form in which the field that people do not see has been filled in."""
    if request.POST.get("website"):
        raise Refused(Refusal.RATE_LIMITED, retry_after=60)
