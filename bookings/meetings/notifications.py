"""Notifies clients of a new link, and builders of a link that is missing."""

from __future__ import annotations

from hashlib import sha256

from accounts.models import User
from accounts.notifications import TOPIC as PERSON_TOPIC
from accounts.notifications import NewNotification, notify_in_app
from bookings.agreement.calendar_entries import current_invitation
from bookings.agreement.notifications import CHANNEL as BOOKING_CHANNEL
from bookings.agreement.notifications import address_of, reader
from bookings.calendar_copies import services as calendar_copies
from bookings.meetings import emails
from bookings.meetings.rules import link_of
from bookings.models import Booking
from bookings.states import Side, State
from core import clock, live, mail, outbox
from core.ids import uuid7
from core.models import OutboxMessage

CHANNEL = "meeting"


def queue_new_link(booking: Booking) -> None:
    """Queues the email and the calendar entry with the new link, if the booking is confirmed and has one.

    The row holds a digest instead of the link, so that the link is written down in one place only.
    """
    for person in (booking.client, booking.builder):
        if person is not None:
            live.publish(f"{PERSON_TOPIC}:{person.pk}", "change")
    url = link_of(booking)
    if not url or booking.state not in (State.CONFIRMED, State.IN_PROGRESS):
        return
    calendar_copies.queue(booking)
    outbox.put(
        event=f"link:{booking.pk}:{uuid7()}",
        channel=CHANNEL,
        recipient=address_of(booking, Side.CLIENT),
        payload={"booking": str(booking.pk), "link": _digest(url)},
    )


def queue_made_link(booking: Booking) -> None:
    """Tells both sides that the session has its link: in the mail about the booking if that has waited for it, else in
    one of its own."""
    events = [f"booking:{pk}:{side}" for pk in booking.events.values_list("pk", flat=True) for side in Side]
    if outbox.hasten(channel=BOOKING_CHANNEL, events=events):
        for person in (booking.client, booking.builder):
            if person is not None:
                live.publish(f"{PERSON_TOPIC}:{person.pk}", "change")
    else:
        queue_new_link(booking)


def _digest(url: str) -> str:
    return sha256(url.encode()).hexdigest()[:16]


def deliver(message: OutboxMessage) -> None:
    """Sends the client the new link, unless it was changed again or the session ended since."""
    booking = Booking.objects.complete().prefetch_related("answers").get(pk=message.payload["booking"])
    now = clock.now()
    is_live = booking.state in (State.CONFIRMED, State.IN_PROGRESS) and now < booking.ends_at
    if not is_live or _digest(link_of(booking)) != message.payload["link"]:
        return
    email = emails.new_link(booking)
    person = reader(booking, Side.CLIENT)
    if isinstance(person, User):
        path = booking.get_absolute_url()
        text = email.paragraphs[0]
        notify_in_app(person, NewNotification("booking", message.event, email.subject, text, path, "See the booking"))
        if not person.wants_mail or not person.is_active:
            return
    mail.send(message, mail.rendered(email), current_invitation(booking, Side.CLIENT, message.recipient, now))
