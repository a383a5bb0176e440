"""Calendar entries (iTIP, RFC 5546). The uid of a booking stays the same, its sequence rises with every change, and
the only attendee named is the reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from urllib.parse import quote, urlencode

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from bookings.agreement import emails
from bookings.meetings.rules import link_for, place_for
from bookings.models import Booking, BookingEvent
from bookings.states import Side, State, Verb
from core.mail import Invitation
from core.names import tidy


def invitation(event: BookingEvent, side: Side, address: str) -> Invitation | None:
    """Returns the calendar entry to attach to the mail about this event; None if the booking was not yet confirmed."""
    booking = event.booking
    if event.verb in (Verb.PROPOSE, Verb.REFUSE, Verb.TIME_OUT):
        return None  # the time has not changed since the entry was sent
    was_invited = booking.is_invited and booking.confirmed_at is not None and booking.confirmed_at <= event.at
    if not was_invited or event.after not in (State.CONFIRMED, State.PENDING, State.CANCELLED):
        return None
    is_over = event.after == State.CANCELLED
    status = "CANCELLED" if is_over else "TENTATIVE" if event.after == State.PENDING else "CONFIRMED"
    place = emails.mailed_place(booking, side)
    entry = _entry(booking, side, event.starts_at, event.ends_at, event.sequence, status, event.at, place)
    _describe(entry, booking, emails.page_path(booking, side))
    return _invitation(entry, booking, side, address, "CANCEL" if is_over else "REQUEST")


def current_invitation(booking: Booking, side: Side, address: str, now: datetime) -> Invitation:
    """Returns the calendar entry of a confirmed booking as it is now, for a change that is not an event of the booking.

    The sequence stays, since it rises with changes of time (RFC 5546, 2.1.4); the later time stamp makes it the newer.
    """
    place = emails.mailed_place(booking, side)
    entry = _entry(booking, side, booking.starts_at, booking.ends_at, booking.sequence, "CONFIRMED", now, place)
    _describe(entry, booking, emails.page_path(booking, side))
    return _invitation(entry, booking, side, address, "REQUEST")


def _invitation(entry: Event, booking: Booking, side: Side, address: str, method: str) -> Invitation:
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["cn"] = vText("Waymark")
    attendee = vCalAddress(f"mailto:{address}")
    if name := emails.mailed_name(booking, side):
        attendee.params["cn"] = vText(_parameter_text(name))
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("ACCEPTED")
    attendee.params["rsvp"] = vText("FALSE")
    entry.add("organizer", organizer)
    entry.add("attendee", attendee)
    return Invitation(method, _calendar([entry], method))


def calendar_file(booking: Booking, side: Side, page: str) -> str:
    """Returns the booking as it is now as an .ics file, with the path of its page for the reader, such as a guest's
    link.
    """
    status = {State.CANCELLED: "CANCELLED", State.PENDING: "TENTATIVE"}.get(State(booking.state), "CONFIRMED")
    at = booking.changed_at
    place = place_for(booking, {side})
    entry = _entry(booking, side, booking.starts_at, booking.ends_at, booking.sequence, status, at, place)
    _describe(entry, booking, page)
    return _calendar([entry], "PUBLISH")


def calendar_of(bookings: Sequence[Booking], side: Side) -> str:
    """Returns several bookings as they are now as one .ics file. Later changes of each come with the same uid."""
    entries = []
    for booking in bookings:
        place = place_for(booking, {side})
        entry = _entry(
            booking, side, booking.starts_at, booking.ends_at, booking.sequence, "CONFIRMED", booking.changed_at, place
        )
        _describe(entry, booking, booking.get_absolute_url())
        entries.append(entry)
    return _calendar(entries, "PUBLISH")


def calendar_copy(booking: Booking) -> str:
    """Returns a confirmed booking as an event for the builder's own calendar. It names nobody as a guest of it, so that
    no calendar server sends invitations, and has no method (RFC 4791, 4.1)."""
    side = Side.BUILDER
    place = place_for(booking, {side})
    at = booking.changed_at
    entry = _entry(booking, side, booking.starts_at, booking.ends_at, booking.sequence, "CONFIRMED", at, place)
    return _calendar([entry], None)


def web_calendars(booking: Booking, side: Side, address: str) -> list[tuple[str, str]]:
    """Returns (name, link) for each web calendar; the link opens it with a new entry filled in."""
    url = link_for(booking, {side}) if booking.state == State.CONFIRMED else ""
    title, place = summary(booking, side), url or _location(booking, place_for(booking, {side}))
    stamps = [f"{at:%Y%m%dT%H%M%SZ}" for at in (booking.starts_at, booking.ends_at)]
    google = {"action": "TEMPLATE", "text": title, "dates": "/".join(stamps), "location": place, "details": address}
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": f"{booking.starts_at:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{booking.ends_at:%Y-%m-%dT%H:%M:%SZ}",
        "location": place,
        "body": address,
    }
    return [
        ("Google", f"https://calendar.google.com/calendar/render?{urlencode(google, quote_via=quote)}"),
        ("Outlook", f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(outlook, quote_via=quote)}"),
    ]


def summary(booking: Booking, side: Side) -> str:
    other = booking.builder.display_name if side == Side.CLIENT else booking.client_name
    return tidy(f"{booking.title} with {other}")


def _entry(
    booking: Booking, side: Side, start: datetime, end: datetime, sequence: int, status: str, at: datetime, place: str
) -> Event:
    entry = Event()
    entry.add("uid", booking.calendar_uid)
    entry.add("dtstamp", at)
    entry.add("dtstart", start)
    entry.add("dtend", end)
    entry.add("sequence", sequence)
    entry.add("status", status)
    entry.add("summary", summary(booking, side))
    url = link_for(booking, {side}) if status == "CONFIRMED" else ""
    entry.add("location", url or _location(booking, place))
    if url:
        entry.add("url", url)
    entry.add("transp", "OPAQUE")
    return entry


def _describe(entry: Event, booking: Booking, page: str) -> None:
    entry.add("description", f"Reference {booking.reference}\n{settings.SITE_URL}{page}")


def _location(booking: Booking, address: str) -> str:
    return "Remote" if booking.is_remote else tidy(address)


def _calendar(entries: Sequence[Event], method: str | None) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Waymark//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method is not None:
        calendar.add("method", method)
    for entry in entries:
        calendar.add_component(entry)
    return str(calendar.to_ical().decode())


def _parameter_text(name: str) -> str:
    """Returns the name without quotes and line breaks, which a parameter of a calendar entry must not contain."""
    return tidy(name.replace('"', " "))
