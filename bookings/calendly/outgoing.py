"""Tells Calendly what happens to bookings here: cancelled ones are cancelled there, and where the builder wants it,
ours are written there, so that nobody books the same time on Calendly.

Each delivery first checks the current state, so that it may run any number of times. After a lost answer it is unknown
whether the request was carried out: the next attempt finds the booking by the key that Calendly keeps with it.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.notifications import NewNotification, notify
from bookings.calendly.services import key_of, take_over
from bookings.models import Booking, CalendlyEvent, CalendlyInvitee
from bookings.states import State
from connections.calendly import wire
from connections.calendly.accounts import account_of, details_of
from connections.calendly.client import Calendly, CalendlyFault, calendly_of
from connections.calendly.models import CalendlyAccount
from connections.oauth.services import AccountBroken
from core import clock
from core.models import OutboxMessage
from scheduling.calendly.models import CalendlyEventType

CHANNEL = "calendly"
TRACKING = ("utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term", "salesforce_uuid")
WITH_TEXT = frozenset({"physical", "ask_invitee", "custom"})  # locations that need words


class NotWritten(Exception):
    """The booking cannot be written to Calendly, with the reason for its builder."""


def deliver(message: OutboxMessage) -> None:
    """Brings Calendly in step with one booking of ours. Raises ServiceDown, after which it is tried again."""
    booking = Booking.objects.complete().prefetch_related("answers").get(pk=message.recipient)
    account = account_of(booking.builder)
    if account is None or account.is_broken:
        _read_again(booking)
        return
    calendly = calendly_of(account)
    row = CalendlyInvitee.objects.filter(booking=booking, is_current=True).first()
    try:
        if booking.state == State.CANCELLED:
            if row is not None:
                _cancel(booking, row, calendly)
        elif booking.state == State.CONFIRMED and booking.starts_at > clock.now():
            details = details_of(account, calendly)
            if booking.source == Booking.Source.CALENDLY and row is not None:
                take_over(details=details, calendly=calendly, uri=row.uri)  # for its join link
            elif details.writes_bookings and booking.source != Booking.Source.CALENDLY:
                _write(booking, row, details, calendly)
    except (CalendlyFault, AccountBroken):  # the owner of a broken account is told to connect it again
        _read_again(booking)
    except NotWritten as reason:
        _tell(booking, "is not on Calendly", str(reason))


def _read_again(booking: Booking) -> None:
    """Forgets that the event was read, so that the next reading of the list, perhaps after the account was connected
    again, finds what differs.
    """
    CalendlyEvent.objects.filter(builder=booking.builder_id, uri=booking.calendly_event_uri).delete()


def _cancel(booking: Booking, row: CalendlyInvitee, calendly: Calendly) -> None:
    """Cancels the event.

    The API cancels whole events only: in a group, the builder is asked to cancel this one there.
    """
    try:
        if not calendly.invitee(row.uri).is_active:
            return
        others = [other for other in calendly.invitees(row.event_uri) if other.is_active and other.uri != row.uri]
        if not others:
            calendly.cancel(row.event_uri, booking.cancel_reason)
            return
    except CalendlyFault:
        pass  # for example, the plan does not allow it: the builder has to do it
    _tell(booking, "has to be cancelled on Calendly too", "Waymark cannot cancel it there.")


def _write(booking: Booking, row: CalendlyInvitee | None, details: CalendlyAccount, calendly: Calendly) -> None:
    """Writes the booking to Calendly, in the place of what is there at another time."""
    try:
        if row is not None:
            event = calendly.event(row.event_uri)
            if event.is_active and event.start == booking.starts_at:
                return
            CalendlyInvitee.objects.filter(pk=row.pk).update(is_current=False)  # its cancellation is not the booking's
            if event.is_active:
                calendly.cancel(row.event_uri, "Moved")
        invitee = _existing(booking, details, calendly) or calendly.book(_body(booking, calendly))
        take_over(details=details, calendly=calendly, uri=invitee.uri, known=invitee)
        _keep(booking, invitee)
    except CalendlyFault as fault:
        raise NotWritten(fault.sentence) from None


def _existing(booking: Booking, details: CalendlyAccount, calendly: Calendly) -> wire.Invitee | None:
    """Returns the invitee that an earlier attempt has made."""
    events = calendly.events_of_invitee(details.user_uri, details.organization_uri, _email(booking), booking.starts_at)
    for event in events:
        for invitee in calendly.invitees(event.uri):
            if invitee.is_active and invitee.tracking.get("utm_content") == key_of(booking):
                return invitee
    return None


@transaction.atomic
def _keep(booking: Booking, invitee: wire.Invitee) -> None:
    """Saves the invitee of the booking, unless a webhook has already done so."""
    current = CalendlyInvitee.objects.filter(builder=booking.builder, uri=invitee.uri).first()
    if current is None:
        CalendlyInvitee.objects.create(
            builder=booking.builder, booking=booking, uri=invitee.uri, event_uri=invitee.event,
            tracking=dict(invitee.tracking),
        )  # fmt: skip
    Booking.objects.filter(pk=booking.pk).update(calendly_event_uri=invitee.event[:300])


def _body(booking: Booking, calendly: Calendly) -> dict[str, Any]:
    """Returns what Calendly needs to book. It books an event type with its usual length only."""
    row = CalendlyEventType.objects.filter(session_type=booking.session_type, gone_at=None).first()
    if row is None:
        raise NotWritten("Its event type no longer exists there.")
    event_type = calendly.event_type(row.uri)
    if event_type.duration != booking.minutes:
        raise NotWritten(f"Calendly can only book this for {event_type.duration} minutes.")
    person = booking.client
    body: dict[str, Any] = {
        "event_type": row.uri,
        "start_time": booking.starts_at.isoformat().replace("+00:00", "Z"),
        "invitee": {
            "name": person.display_name if person else booking.client_name,
            "email": _email(booking),
            "timezone": booking.client_zone,
        },
        "tracking": dict.fromkeys(TRACKING) | {"utm_source": "waymark", "utm_content": key_of(booking)},
        "questions_and_answers": [
            {"question": answer.label, "answer": answer.value, "position": position}
            for position, answer in enumerate(booking.answers.all())
        ],
    }
    if event_type.locations:
        body["location"] = _location(booking, event_type)
    return body


def _location(booking: Booking, event_type: wire.EventType) -> dict[str, str]:
    kinds = [location.kind for location in event_type.locations]
    wanted = ("physical", "ask_invitee") if not booking.is_remote else tuple(kinds)
    kind = next((kind for kind in kinds if kind in wanted), kinds[0])
    if kind == "outbound_call":
        raise NotWritten("Calendly asks for a telephone number, which Waymark does not have.")
    return {"kind": kind, "location": booking.location or "As agreed"} if kind in WITH_TEXT else {"kind": kind}


def _email(booking: Booking) -> str:
    if booking.client is not None:
        return booking.client.email
    assert booking.guest is not None
    return booking.guest.email


def _tell(booking: Booking, what: str, reason: str) -> None:
    """Tells the builder, once for each time of the booking."""
    notify(
        booking.builder,
        NewNotification(
            kind="booking",
            event=f"calendly {booking.pk} {booking.sequence}",
            title=f"{booking.reference} {what}",
            text=f"{booking.title} with {booking.client_name}: {reason}",
            path=reverse("bookings:booking", args=[booking.reference]),
            call="See the session",
        ),
    )
