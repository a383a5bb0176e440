"""Who hears of what, and how: in Waymark, in an open window, by mail with the calendar entry. All of it is rows that
are written with the event, so that none of it is lost and none is told twice."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import User
from accounts.notifications import TOPIC as PERSON
from accounts.notifications import NewNotification, notify, notify_in_app
from accounts.queries import staff
from bookings.agreement import emails
from bookings.agreement.calendar_entries import invitation
from bookings.models import Booking, BookingEvent
from bookings.states import AHEAD, Side, State, Verb
from core import clock, live, mail, outbox
from core.models import OutboxMessage

CHANNEL = "booking"
WAITING = "waiting"
REMINDERS = "reminder"
HOURS_AHEAD = (24, 1)
SILENT = frozenset({Verb.START, Verb.JOIN, Verb.LAPSE})
FREES = frozenset({Verb.CANCEL, Verb.DECLINE, Verb.EXPIRE, Verb.LAPSE, Verb.CALL_OFF, Verb.RESCHEDULE})
FOR_SUPPORT = frozenset({Verb.DISPUTE, Verb.CONTEST})


def host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "waymark"


def spread(event: BookingEvent) -> None:
    """In the transaction of the event."""
    booking = event.booking
    if event.verb in FREES:
        outbox.put(event=f"freed:{event.pk}", channel=WAITING, recipient=str(booking.builder_id), payload={})
    _remind(event)
    for person in (booking.client, booking.builder):
        if person is not None:
            live.publish(f"{PERSON}:{person.pk}", "change")
    if event.verb in SILENT:
        return
    if is_told_by_the_first(event):
        return
    never_counted = booking.proof_due_at is not None  # nobody has shown that there is a client
    for side in (Side.CLIENT,) if never_counted else (Side.CLIENT, Side.BUILDER):
        _tell(event, side)
    if event.verb in FOR_SUPPORT:
        _tell_support(event)


def is_told_by_the_first(event: BookingEvent) -> bool:
    """A series that is asked for is one question, and one mail: that of its first session."""
    is_asked = event.verb == Verb.REQUEST and event.after == State.PENDING
    return is_asked and event.booking.series_number > 1


def _tell(event: BookingEvent, side: Side) -> None:
    """A mail for both sides; in Waymark only for the one who did not do it."""
    booking = event.booking
    person = reader(booking, side)
    if isinstance(person, User):
        if event.side != side:
            letter = emails.about(event, side)
            notify_in_app(person, _news(event, letter.subject, letter.paragraphs[0], booking))
        if not person.wants_mail or not person.is_active:
            return
    outbox.put(
        event=f"booking:{event.pk}:{side}",
        channel=CHANNEL,
        recipient=address_of(booking, side),
        payload={"event": str(event.pk), "side": side},
    )


def _tell_support(event: BookingEvent) -> None:
    what = "Dispute about" if event.verb == Verb.DISPUTE else "Said to be no no-show:"
    for person in staff():
        notify_in_app(person, _news(event, f"{what} {event.booking.reference}", event.reason, event.booking))


def _news(event: BookingEvent, title: str, text: str, booking: Booking) -> NewNotification:
    return NewNotification(
        kind="booking",
        event=f"booking:{event.pk}",
        title=title,
        text=text,
        path=booking.get_absolute_url(),
        call="See the booking",
    )


def reader(booking: Booking, side: Side) -> User | None:
    """The person on that side; None for a guest."""
    return booking.client if side == Side.CLIENT else booking.builder


def name_of(booking: Booking, side: Side) -> str:
    names = {Side.CLIENT: booking.client_name, Side.BUILDER: booking.builder.display_name, Side.SUPPORT: "Our support"}
    return names.get(side, "Waymark")


def address_of(booking: Booking, side: Side) -> str:
    person = reader(booking, side)
    if isinstance(person, User):
        return person.email
    assert booking.guest is not None
    return booking.guest.email


def deliver(message: OutboxMessage) -> None:
    """Writes the mail about an event, as things stood right after it, and hands it over."""
    event = BookingEvent.objects.filter(pk=message.payload["event"]).select_related("booking").first()
    if event is None:
        raise outbox.Undeliverable("the booking is gone")
    event.booking = Booking.objects.complete().prefetch_related("answers").get(pk=event.booking_id)
    side = Side(message.payload["side"])
    entry = invitation(event, side, message.recipient)
    mail.send(message, mail.rendered(emails.about(event, side)), entry)


# Reminders ---------------------------------------------------------------------------------------------


def _remind(event: BookingEvent) -> None:
    """Rows that wait until it is time; a change takes back those of the time before."""
    booking = event.booking
    if event.verb in FREES:
        before = range(booking.sequence)
        names = [_reminder(booking, sequence, hours) for sequence in before for hours in HOURS_AHEAD]
        outbox.withdraw(channel=REMINDERS, events=names)
    if event.verb not in (Verb.REQUEST, Verb.PROVE, Verb.CONFIRM, Verb.RESCHEDULE) or event.after != State.CONFIRMED:
        return
    for hours in HOURS_AHEAD:
        delay = booking.starts_at - timedelta(hours=hours) - event.at
        if delay > timedelta(0):
            for side in (Side.CLIENT, Side.BUILDER):
                outbox.put(
                    event=_reminder(booking, booking.sequence, hours),
                    channel=REMINDERS,
                    recipient=address_of(booking, side),
                    payload={"booking": str(booking.pk), "sequence": booking.sequence, "hours": hours, "side": side},
                    delay=delay,
                )


def _reminder(booking: Booking, sequence: int, hours: int) -> str:
    return f"reminder:{booking.pk}:{sequence}:{hours}"


def deliver_reminder(message: OutboxMessage) -> None:
    """Looked at once more now: what was moved, ended or switched off since reminds nobody."""
    told = message.payload
    booking = Booking.objects.complete().get(pk=told["booking"])
    now = clock.now()
    left = booking.starts_at - now
    is_stale = booking.state != State.CONFIRMED or booking.sequence != told["sequence"] or left <= timedelta(0)
    if is_stale or (told["hours"] > 2 and left < timedelta(hours=2)):
        return  # its worker slept so long that the next one is due
    side = Side(told["side"])
    person = reader(booking, side)
    letter = emails.reminder(booking, side, now)
    if isinstance(person, User):
        if not person.wants_reminders or not person.is_active:
            return
        path = booking.get_absolute_url()
        notify_in_app(
            person,
            NewNotification("reminder", message.event, letter.subject, letter.paragraphs[0], path, "See the booking"),
        )
        if not person.wants_mail:
            return
    elif booking.guest is None or not booking.guest.wants_reminders:
        return
    mail.send(message, mail.rendered(letter))


def builder_left(builder: User) -> None:
    """Who has booked somebody that is no builder any more is told; support moves or cancels what was agreed."""
    ahead = Booking.objects.complete().filter(builder=builder, state__in=AHEAD, client__isnull=False)
    for booking in ahead:
        assert booking.client is not None
        notify(
            booking.client,
            NewNotification(
                kind="booking",
                event=f"builder left:{booking.pk}",
                title=f"{builder.display_name} no longer offers sessions",
                text=f"{booking.title} ({booking.reference}) still stands. Our support will be in touch about it.",
                path=booking.get_absolute_url(),
                call="See the booking",
            ),
        )
