"""Notifications about bookings: in Waymark, to open pages, and by email with a calendar entry. They are written as rows
in the transaction of the event, so that none is lost and none is sent twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import User
from accounts.notifications import TOPIC as PERSON_TOPIC
from accounts.notifications import NewNotification, notify, notify_in_app, withdraw_notification
from accounts.queries import staff
from bookings.agreement import emails
from bookings.agreement.calendar_entries import invitation
from bookings.meetings.emails import link_missing
from bookings.meetings.rules import is_link_awaited, is_link_missing
from bookings.models import Booking, BookingEvent
from bookings.states import AHEAD, Side, State, Verb
from connections.zoom.configuration import FLAG as ZOOM
from core import clock, flags, live, mail, outbox
from core.models import OutboxMessage
from payments.states import Timing

CHANNEL = "booking"
WAITING = "waiting"
REMINDERS = "reminder"
LINK_AWAITED_FOR = timedelta(minutes=1)  # after this time the mail is sent without the link
CALENDLY = "calendly"
PAYING_TAKES = timedelta(minutes=2)  # so that somebody who pays at once is not asked to pay by mail
HOURS_AHEAD = (24, 1)  # when reminders are sent
WITHOUT_NOTIFICATION = frozenset({Verb.JOIN, Verb.LAPSE})
IN_WAYMARK_ONLY = frozenset({Verb.START})  # members had a reminder an hour before; guests get another mail
FREE_THE_TIME = frozenset(
    {Verb.CANCEL, Verb.DECLINE, Verb.EXPIRE, Verb.LAPSE, Verb.UNPAID, Verb.CALL_OFF, Verb.RESCHEDULE, Verb.ACCEPT}
)
FOR_SUPPORT = frozenset({Verb.DISPUTE, Verb.CONTEST})


def site_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "waymark"


def queue_notifications(event: BookingEvent, *, mail_after: timedelta | None = None, is_quiet: bool = False) -> None:
    """Queues all notifications and reminders about an event; if it is quiet, only what is not about the event itself.
    Called in its transaction."""
    booking = event.booking
    if event.verb in FREE_THE_TIME:
        outbox.put(event=f"freed:{event.pk}", channel=WAITING, recipient=str(booking.builder_id), payload={})
    _update_reminders(event)
    for person in (booking.client, booking.builder):
        if person is not None:
            live.publish(f"{PERSON_TOPIC}:{person.pk}", "change")
    if _concerns_calendly(event):
        outbox.put(event=f"calendly:{event.pk}", channel=CALENDLY, recipient=str(booking.pk), payload={})
    if is_quiet or event.verb in WITHOUT_NOTIFICATION or is_covered_by_first_of_series(event):
        return
    # The builder is notified once the guest has confirmed their address or the client has paid.
    for side in (Side.CLIENT, Side.BUILDER) if booking.is_counting else (Side.CLIENT,):
        _notify_side(event, side, mail_after)
    if event.verb in FOR_SUPPORT:
        _notify_support(event)


def is_covered_by_first_of_series(event: BookingEvent) -> bool:
    """Whether the event is the request for a later session of a series, which the email about its first one covers."""
    is_asked = event.verb == Verb.REQUEST and event.after == State.PENDING
    return is_asked and event.booking.series_number > 1


def _concerns_calendly(event: BookingEvent) -> bool:
    """Whether Calendly may have to be told: of a cancelled session that is there too, or of one that may belong there."""
    booking = event.booking
    if event.after == State.CANCELLED:
        return bool(booking.calendly_event_uri)
    is_agreed = event.verb in (Verb.REQUEST, Verb.CONFIRM, Verb.PROVE, Verb.PAY, Verb.RESCHEDULE)
    is_ours = booking.source != Booking.Source.CALENDLY
    return is_agreed and event.after == State.CONFIRMED and is_ours and bool(booking.session_type.calendly_url)


def is_mailed_by_calendly(event: BookingEvent) -> bool:
    """Whether Calendly mails both sides about it, with an invitation of its own: two for one session would confuse."""
    is_there = event.booking.source == Booking.Source.CALENDLY and bool(event.booking.calendly_cancel_url)
    return is_there and event.verb in (Verb.REQUEST, Verb.RESCHEDULE, Verb.CANCEL)


def withdraw(event: BookingEvent) -> bool:
    """Withdraws the mails and notifications about an event; returns False if a mail has already been sent."""
    keys = [_mail_key(event, side) for side in (Side.CLIENT, Side.BUILDER)]
    queued = OutboxMessage.objects.filter(channel=CHANNEL, event__in=keys).count()
    if outbox.withdraw(channel=CHANNEL, events=keys) < queued:
        return False
    if event.booking.client is not None:
        withdraw_notification(event.booking.client, f"booking:{event.pk}")
    return True


def mail_keys(event: BookingEvent) -> list[str]:
    """Returns the keys of the emails about an event to both sides, by which they are in the outbox."""
    return [_mail_key(event, side) for side in (Side.CLIENT, Side.BUILDER)]


def _mail_key(event: BookingEvent, side: Side) -> str:
    return f"booking:{event.pk}:{side}"


def _notify_side(event: BookingEvent, side: Side, mail_after: timedelta | None = None) -> None:
    """Queues an email to one side; unless that side caused the event, also adds a notification in Waymark."""
    booking = event.booking
    person = reader(booking, side)
    if isinstance(person, User):
        if event.side != side:
            email = emails.about(event, side)
            notify_in_app(person, _new_notification(event, email.subject, email.paragraphs[0], booking))
        if is_mailed_by_calendly(event):
            return
        if not person.wants_mail or not person.is_active:
            return
        if event.verb in IN_WAYMARK_ONLY:
            return
    elif is_mailed_by_calendly(event) or (event.verb in IN_WAYMARK_ONLY and not _tells_guest(booking, event.at)):
        return
    outbox.put(
        event=_mail_key(event, side),
        channel=CHANNEL,
        recipient=address_of(booking, side),
        payload={"event": str(event.pk), "side": side},
        delay=PAYING_TAKES if emails.is_unpaid_request(event) else mail_after,
    )


def _tells_guest(booking: Booking, now: datetime) -> bool:
    """Whether a guest gets a mail about what members only see in Waymark: if their reminders are on and the session is
    not over.
    """
    return booking.guest is not None and booking.guest.wants_reminders and now < booking.ends_at


def _notify_support(event: BookingEvent) -> None:
    what = "Dispute about" if event.verb == Verb.DISPUTE else "No-show contested:"
    for person in staff():
        notify_in_app(
            person, _new_notification(event, f"{what} {event.booking.reference}", event.reason, event.booking)
        )


def _new_notification(event: BookingEvent, title: str, text: str, booking: Booking) -> NewNotification:
    return NewNotification(
        kind="booking",
        event=f"booking:{event.pk}",
        title=title,
        text=text,
        path=booking.get_absolute_url(),
        call="See the booking",
    )


def reader(booking: Booking, side: Side) -> User | None:
    """Returns the account on that side; None for a guest."""
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
    """Sends the email about an event, with the times and the state that the booking had right after it."""
    event = BookingEvent.objects.filter(pk=message.payload["event"]).select_related("booking").first()
    if event is None:
        raise outbox.Undeliverable("the booking is gone")
    event.booking = Booking.objects.complete().prefetch_related("answers").get(pk=event.booking_id)
    side = Side(message.payload["side"])
    if _was_answered_by_paying(event):
        return
    if _awaits_link(event):
        raise outbox.RetryLater("The meeting link is being created.", LINK_AWAITED_FOR / 3)
    entry = invitation(event, side, message.recipient)
    mail.send(message, mail.rendered(emails.about(event, side)), entry)


def _was_answered_by_paying(event: BookingEvent) -> bool:
    """Whether the email would ask to pay for a booking that is paid, or over, by now."""
    booking = event.booking
    is_first = event.verb == Verb.REQUEST and event.side == Side.CLIENT
    is_asking = is_first and booking.payment_timing == Timing.AT_BOOKING
    return is_asking and (booking.payment_due_at is None or booking.state != State.PENDING)


def _awaits_link(event: BookingEvent) -> bool:
    """Whether the mail has to wait for a link that is about to be made, which takes a second or two."""
    is_new = event.after == State.CONFIRMED and clock.now() - event.at < LINK_AWAITED_FOR
    return is_new and is_link_awaited(event.booking) and flags.is_on_for(event.booking.builder, ZOOM)


# Reminders ---------------------------------------------------------------------------------------------


def _update_reminders(event: BookingEvent) -> None:
    """Withdraws reminders of earlier times, and queues those of the agreed time, to be delivered when they are due."""
    booking = event.booking
    if event.verb in FREE_THE_TIME:
        before = range(booking.sequence)
        names = [_reminder_key(booking, sequence, hours) for sequence in before for hours in HOURS_AHEAD]
        outbox.withdraw(channel=REMINDERS, events=names)
    sets_a_time = event.verb in (Verb.REQUEST, Verb.PROVE, Verb.PAY, Verb.CONFIRM, Verb.RESCHEDULE, Verb.ACCEPT)
    if not sets_a_time or event.after != State.CONFIRMED:
        return
    for hours in HOURS_AHEAD:
        delay = booking.starts_at - timedelta(hours=hours) - event.at
        if delay > timedelta(0):
            for side in (Side.CLIENT, Side.BUILDER):
                outbox.put(
                    event=_reminder_key(booking, booking.sequence, hours),
                    channel=REMINDERS,
                    recipient=address_of(booking, side),
                    payload={"booking": str(booking.pk), "sequence": booking.sequence, "hours": hours, "side": side},
                    delay=delay,
                )


def _reminder_key(booking: Booking, sequence: int, hours: int) -> str:
    return f"reminder:{booking.pk}:{sequence}:{hours}"


def deliver_reminder(message: OutboxMessage) -> None:
    """Sends a reminder, unless the booking was moved or ended, or reminders were switched off, since it was queued.

    In the last hour, a builder whose session has no link is asked for it instead, even if reminders are off: without a
    link the client cannot come.
    """
    payload = message.payload
    booking = Booking.objects.complete().get(pk=payload["booking"])
    now = clock.now()
    left = booking.starts_at - now
    is_stale = booking.state != State.CONFIRMED or booking.sequence != payload["sequence"] or left <= timedelta(0)
    if is_stale or (payload["hours"] > 2 and left < timedelta(hours=2)):
        return  # too late: the next reminder is already due
    side = Side(payload["side"])
    person = reader(booking, side)
    is_last_call = side == Side.BUILDER and payload["hours"] == min(HOURS_AHEAD) and is_link_missing(booking)
    email = link_missing(booking, now) if is_last_call else emails.reminder(booking, side, now)
    if isinstance(person, User):
        if not (person.wants_reminders or is_last_call) or not person.is_active:
            return
        path = booking.get_absolute_url()
        notify_in_app(
            person,
            NewNotification("reminder", message.event, email.subject, email.paragraphs[0], path, "See the booking"),
        )
        if not person.wants_mail:
            return
    elif booking.guest is None or not booking.guest.wants_reminders:
        return
    mail.send(message, mail.rendered(email))


def builder_left(builder: User) -> None:
    """Notifies the clients of sessions ahead that the builder has left; support moves or cancels these sessions."""
    ahead = Booking.objects.listed().filter(builder=builder, state__in=AHEAD, client__isnull=False)
    for booking in ahead:
        assert booking.client is not None
        notify(
            booking.client,
            NewNotification(
                kind="booking",
                event=f"builder left:{booking.pk}",
                title=f"{builder.display_name} no longer offers sessions",
                text=(
                    f"{booking.title} ({booking.reference}) has not been cancelled. Our support team will "
                    "contact you about it."
                ),
                path=booking.get_absolute_url(),
                call="See the booking",
            ),
        )
