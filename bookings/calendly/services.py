"""Applies the current state at Calendly: creates, moves and cancels the booking of an invitee.

Each function may run any number of times, at once too: the builder's time is locked, and an invitee has one row.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify
from bookings.agreement import notifications
from bookings.agreement.references import random_reference
from bookings.agreement.services import cancel, start
from bookings.agreement.transitions import SYSTEM, Actor, fresh, record_event, save
from bookings.calendly import facts, upstream
from bookings.calendly.upstream import Truth
from bookings.disputes import no_shows
from bookings.models import Answer, Booking, CalendlyEvent, CalendlyInvitee, Guest
from bookings.states import AHEAD, LIVE, Side, State, Verb
from coaching.models import SessionType
from connections.calendly.client import Calendly, CalendlyFault, NotUnderstood
from connections.calendly.models import CalendlyAccount
from connections.calendly.wire import Event, Invitee, identity_of
from core import outbox
from core.errors import Refused
from core.hour_format import time_of_day
from core.ids import parse_uuid, uuid7
from scheduling import imported_time
from scheduling.calendly import event_types
from scheduling.calendly.models import CalendlyEventType
from scheduling.imported_time import ImportedTime
from scheduling.locks import with_time_of

logger = logging.getLogger(__name__)

WRITTEN = "waymark-"
CONFERENCES = ("conference", "zoom")  # the API has said both
LINK_AFTER = timedelta(seconds=30)
LONGEST_MARK = 120
# How long after its start the invitees of an event are read again: its row does not say who did not come. Twice as long
# each time, because no-shows are marked soon; the last is just before the event leaves the list that is read.
LOOKS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240, 480, 960, 1440, 1920, 2400, 2820))


def take_over(
    *, details: CalendlyAccount, calendly: Calendly, uri: str, known: Invitee | None = None, event: Event | None = None
) -> Booking | None:
    """Asks Calendly about an invitee and makes the booking here what it is there. Call it outside a transaction.

    Returns None for an invitee who has no booking here and needs none: cancelled, over, or of another host.
    """
    builder = details.account.owner
    assert builder is not None
    truth = upstream.ask(builder.pk, calendly, uri, known=known, event=event)
    if truth is None or (truth.event.hosts and details.user_uri not in truth.event.hosts):
        return None
    if truth.event_type is not None:
        event_types.adopt(builder=builder, event_type=truth.event_type)
    return with_time_of(builder.pk, lambda now: _apply(builder, truth, now))


def read_events(*, details: CalendlyAccount, calendly: Calendly, events: Iterable[Event], now: datetime) -> None:
    """Takes over the invitees of events that have changed since they were read last, and of those that have begun, a
    few times, for no-shows. Call it outside a transaction.
    """
    builder = details.account.owner
    assert builder is not None
    marks = dict(CalendlyEvent.objects.filter(builder=builder).values_list("uri", "mark"))
    for event in events:
        mark = _mark_of(event, now)
        if marks.get(event.uri) == mark:
            continue
        try:
            for invitee in calendly.invitees(event.uri):
                take_over(details=details, calendly=calendly, uri=invitee.uri, known=invitee, event=event)
        except (NotUnderstood, CalendlyFault) as reason:
            logger.warning("an event of Calendly could not be read: %s", reason, extra={"event": event.uri})
            continue  # other events are still read, and this one is read again next time
        CalendlyEvent.objects.update_or_create(
            builder=builder, uri=event.uri, defaults={"mark": mark, "starts_at": event.start}
        )
    settle_conflicts(builder=builder)


def _mark_of(event: Event, now: datetime) -> str:
    """Returns what differs once the event has changed, or once it is time to look for no-shows again."""
    looks = sum(now - event.start >= pause for pause in LOOKS) if event.is_active else 0
    return f"{looks} {event.mark}"[:LONGEST_MARK] if looks else event.mark


def settle_conflicts(*, builder: User) -> None:
    """Ends conflicts whose other session has been moved or cancelled since. One query where there are none."""
    in_conflict = Booking.objects.filter(builder=builder, has_conflict=True, state__in=AHEAD)
    for booking in in_conflict.select_related("seat__reservation"):
        if imported_time.settle_conflict(booking.seat):
            Booking.objects.filter(pk=booking.pk).update(has_conflict=False)


def own_events(builder: UUID) -> set[str]:
    """Returns the URIs of the events that take the builder's time as bookings. One query."""
    rows = Booking.objects.filter(builder=builder, state__in=LIVE).exclude(calendly_event_uri="")
    return set(rows.values_list("calendly_event_uri", flat=True))


def forget_account(builder: UUID) -> None:
    """Leaves the bookings of an account that is disconnected to Waymark alone."""
    Booking.objects.filter(builder=builder).exclude(calendly_event_uri="").update(
        calendly_cancel_url="", calendly_reschedule_url=""
    )
    CalendlyEvent.objects.filter(builder=builder).delete()


def _apply(builder: User, truth: Truth, now: datetime) -> Booking | None:
    rows = {row.uri: row for row in CalendlyInvitee.objects.filter(builder=builder, uri__in=truth.uris)}
    is_alive = truth.invitee.is_active and truth.event.is_active
    if not rows and (own := _written_booking(builder, truth)) is not None:
        _new_row(own, truth)
        Booking.objects.filter(pk=own.pk).update(calendly_event_uri=truth.event.uri[:300])
        return own
    if not rows:
        return _create(builder, truth, now) if is_alive and truth.event.end > now else None
    booking = fresh(Booking(pk=next(iter(rows.values())).booking_id), None)
    row = rows.get(truth.invitee.uri)
    if row is not None and not row.is_current:
        return booking  # another invitee has taken its place, or it was cancelled already
    row = row or _new_row(booking, truth)
    if not is_alive:
        return _cancel(booking, row, truth)
    if booking.state == State.CANCELLED:
        _tell_calendly(booking, row, now)
        return booking
    if (booking.starts_at, booking.ends_at) != (truth.event.start, truth.event.end):
        booking = _move(booking, truth, now)
    return _update(booking, row, truth, now)


def key_of(booking: Booking) -> str:
    """Returns what marks a booking of ours that is written to Calendly, in its tracking there."""
    return f"{WRITTEN}{booking.pk}"


def _written_booking(builder: User, truth: Truth) -> Booking | None:
    """Returns our booking that this invitee was written for, whose answer from Calendly was lost or is on its way."""
    key = str(truth.invitee.tracking.get("utm_content", ""))
    identity = parse_uuid(key.removeprefix(WRITTEN)) if key.startswith(WRITTEN) else None
    if identity is None:
        return None
    ours = Booking.objects.complete().filter(pk=identity, builder=builder)
    return ours.exclude(source=Booking.Source.CALENDLY).first()


def _create(builder: User, truth: Truth, now: datetime) -> Booking | None:
    event, invitee = truth.event, truth.invitee
    event_type = CalendlyEventType.objects.filter(builder=builder, uri=event.event_type).first()
    if event_type is None:
        return None  # its time is busy all the same
    session_type = SessionType.objects.complete().get(pk=event_type.session_type_id)
    client = facts.client_of(invitee, builder)
    guest = None if client else Guest.objects.create(name=facts.guest_name(invitee), email=invitee.email.lower())
    seat = imported_time.take(_time(session_type, event, invitee, client))
    identity = uuid7()
    pathways = list(session_type.pathways.all())
    booking = Booking(
        id=identity, reference=random_reference(),
        calendar_uid=f"booking-{identity}@{notifications.site_host()}", builder=builder, client=client, guest=guest,
        session_type=session_type, title=session_type.title, seat=seat, starts_at=event.start, ends_at=event.end,
        state=State.CONFIRMED, confirmed_at=now, needs_answer=False, source=Booking.Source.CALENDLY,
        pathway=pathways[0] if len(pathways) == 1 else None, timezone=facts.zone_of(invitee, builder),
        has_conflict=imported_time.is_in_conflict(seat), **facts.place_fields(event), **facts.links(event, invitee),
        **facts.origin_fields(invitee), **facts.price_fields(session_type, int((event.end - event.start) / timedelta(minutes=1))),
    )  # fmt: skip
    booking.save(force_insert=True)
    answers = facts.matched_answers(session_type, invitee)
    Answer.objects.bulk_create(
        [
            Answer(booking=booking, question=question, label=question.label, kind=question.kind, value=text)
            for question, text in answers.own
        ]
    )
    _new_row(booking, truth, answers.other)
    record_event(booking, Verb.REQUEST, Actor(Side.CLIENT, client), now, before="")
    _read_again_for_link(booking, event)
    _tell_of_conflict(booking)
    return booking


def _time(session_type: SessionType, event: Event, invitee: Invitee, client: User | None) -> ImportedTime:
    capacity = max(1, min(event.limit, 200))
    person = client.pk if client else None
    return ImportedTime(session_type, event.start, event.end, capacity, f"calendly:{identity_of(invitee.uri)}", person)


def _new_row(booking: Booking, truth: Truth, other_answers: list[list[str]] | None = None) -> CalendlyInvitee:
    """Writes the row of the latest invitee, who takes the place of an earlier one. What they answered stays with it."""
    invitee = truth.invitee
    former = booking.calendly_invitees.filter(is_current=True).first()
    if former is not None:
        former.is_current = False
        former.save(update_fields=["is_current", "changed_at"])
    answers = other_answers if other_answers is not None else (former.answers if former else [])
    return CalendlyInvitee.objects.create(
        builder=booking.builder, booking=booking, uri=invitee.uri, event_uri=truth.event.uri, answers=answers,
        tracking=dict(invitee.tracking), payment=dict(invitee.payment), no_show_uri=invitee.no_show[:300],
    )  # fmt: skip


def _cancel(booking: Booking, row: CalendlyInvitee, truth: Truth) -> Booking:
    """Cancels the booking, as whoever cancelled at Calendly. What has begun here already stays as it is."""
    if row.is_current:
        row.is_current = False  # so that the cancellation is not sent back to Calendly
        row.save(update_fields=["is_current", "changed_at"])
    by_host = truth.invitee.cancelled_by_host
    by = Actor(Side.BUILDER, booking.builder) if by_host else Actor(Side.CLIENT, booking.client)
    try:
        return cancel(booking=booking, by=by, reason=truth.invitee.cancel_reason[:500])
    except Refused:
        return booking


def _tell_calendly(booking: Booking, row: CalendlyInvitee, now: datetime) -> None:
    """Queues the cancellation of a booking that was cancelled here, while the account was not connected or while the
    invitee moved it there. Once a day, since one of a group has to be cancelled by hand."""
    event = f"calendly cancel {row.pk} {now:%Y-%m-%d}"
    outbox.put(event=event, channel=notifications.CALENDLY, recipient=str(booking.pk), payload={})


def _move(booking: Booking, truth: Truth, now: datetime) -> Booking:
    """Moves the booking to the time that it has at Calendly."""
    event = truth.event
    session_type = booking.session_type
    old_start, before = booking.starts_at, booking.state
    if before not in AHEAD:
        return booking
    booking.seat = imported_time.take(_time(session_type, event, truth.invitee, booking.client), moved=booking.seat)
    booking.starts_at, booking.ends_at = event.start, event.end
    booking.previous_start, booking.sequence = old_start, booking.sequence + 1
    booking.has_conflict = imported_time.is_in_conflict(booking.seat)
    is_ours = booking.source != Booking.Source.CALENDLY
    for name, value in (facts.links(event, truth.invitee, is_ours=is_ours) | facts.place_fields(event)).items():
        setattr(booking, name, value)
    save(booking)
    side = Actor(Side.CLIENT, booking.client)
    record_event(booking, Verb.RESCHEDULE, side, now, before=before, started_at=old_start)
    _read_again_for_link(booking, event)
    _tell_of_conflict(booking)
    return booking


def _update(booking: Booking, row: CalendlyInvitee, truth: Truth, now: datetime) -> Booking:
    """Takes over links, place and no-show. Writes nothing where nothing has changed."""
    is_ours = booking.source != Booking.Source.CALENDLY
    values: dict[str, Any] = dict(facts.links(truth.event, truth.invitee, is_ours=is_ours))
    if booking.state in AHEAD and not is_ours:
        place = facts.place_fields(truth.event)
        if not place["meeting_url"]:
            place.pop("meeting_url")  # a link that the builder typed here stays
        values |= place
    if facts.differs(booking, values):
        for name, value in values.items():
            setattr(booking, name, value)
        save(booking)
    if row.no_show_uri != truth.invitee.no_show[:300]:
        row.no_show_uri = truth.invitee.no_show[:300]
        row.save(update_fields=["no_show_uri", "changed_at"])
        return _mark_no_show(booking, is_no_show=bool(row.no_show_uri), now=now)
    return booking


def _mark_no_show(booking: Booking, *, is_no_show: bool, now: datetime) -> Booking:
    by = Actor(Side.BUILDER, booking.builder)
    try:
        if booking.state == State.CONFIRMED and booking.starts_at <= now:
            booking = start(booking=booking, by=SYSTEM)
        if is_no_show:
            return no_shows.say(booking=booking, by=by, reason="Marked on Calendly.")
        return no_shows.excuse(booking=booking, by=by) if booking.no_show_by == Side.CLIENT else booking
    except Refused:
        return booking


def _read_again_for_link(booking: Booking, event: Event) -> None:
    """Queues another look at an event whose join link is still being made, which takes Calendly some seconds."""
    if booking.is_remote and not event.join_url and event.location_kind.endswith(CONFERENCES):
        outbox.put(
            event=f"calendly link {booking.pk} {booking.sequence}", channel=notifications.CALENDLY,
            recipient=str(booking.pk), payload={}, delay=LINK_AFTER,
        )  # fmt: skip


def _tell_of_conflict(booking: Booking) -> None:
    """Tells the builder, once for each time, that a session from Calendly overlaps one that was booked here."""
    if not booking.has_conflict:
        return
    builder = booking.builder
    begins = booking.starts_at.astimezone(ZoneInfo(builder.timezone))
    notify(
        builder,
        NewNotification(
            kind="booking",
            event=f"conflict {booking.pk} {booking.sequence}",
            title=f"You are double-booked on {begins:%A %-d %B}, {time_of_day(begins, builder.hour_format)}",
            text=f"{booking.client_name} booked {booking.title} on Calendly at a time that was booked on Waymark. "
            "Nothing was changed. Reschedule or cancel one of the two.",
            path=reverse("bookings:booking", args=[booking.reference]),
            call="See the session",
        ),
    )
