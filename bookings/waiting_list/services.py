"""The waiting list: holds a time that becomes free for the client who has waited longest, and offers it to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.notifications import NewNotification, notify
from accounts.services import lock_person
from bookings.agreement import services
from bookings.agreement.requests import BookingRequest, check, check_bookable
from bookings.models import Booking, SlotOffer, WaitingListEntry
from bookings.states import LIVE
from bookings.times import When
from bookings.waiting_list import rules as waiting_rules
from coaching.terms import offer_of
from core import audit, clock, demand
from core.errors import Refused
from core.ids import uuid7
from core.models import OutboxMessage
from scheduling import claims
from scheduling.claims import TimeRequest, Visitor
from scheduling.intervals import Stretch
from scheduling.loading import moment
from scheduling.locks import place_in_queue
from scheduling.models import Seat
from scheduling.queries import free_times
from scheduling.refusals import TimeRefusal

MOST_PLACES = 10


class WaitingListDetails(Protocol):
    """Valid answers to the questions of a session type, from which a booking request is made once the time is known."""

    def booking_request(
        self, *, start: datetime, minutes: int, rate_type: str | None, timezone: str, form_key: UUID
    ) -> BookingRequest: ...


@transaction.atomic
def join(*, entry: WaitingListEntry) -> WaitingListEntry:
    """Adds the entry to the waiting list, or returns the entry that the client already has for the same times."""
    check_bookable(entry.session_type, offer_of(entry.session_type.builder_id), entry.client)
    lock_person(entry.client_id)  # so that of two requests at once the second sees the entry of the first
    active = WaitingListEntry.objects.active().filter(client=entry.client)
    same = active.filter(
        session_type=entry.session_type, first_day=entry.first_day, last_day=entry.last_day,
        from_minute=entry.from_minute, to_minute=entry.to_minute, weekdays=entry.weekdays,
    )  # fmt: skip
    if existing := same.first():
        return existing
    if active.count() >= MOST_PLACES:
        raise Refused(
            TimeRefusal.TOO_MANY_HOLDS, (f"You are already on {MOST_PLACES} waiting lists. Leave one of them first.")
        )
    entry.save(force_insert=True)
    return entry


@transaction.atomic
def leave(*, entry: WaitingListEntry, end: str = WaitingListEntry.End.LEFT) -> None:
    """Ends the entry and declines its open offers."""
    WaitingListEntry.objects.filter(pk=entry.pk, ended_at__isnull=True).update(ended_at=clock.now(), end=end)
    for offer in entry.offers.filter(state=SlotOffer.State.OPEN):
        _close_offer(offer, SlotOffer.State.DECLINED)


@transaction.atomic
def put_first(*, entry: WaitingListEntry, by: object) -> None:
    """Moves the entry ahead of the others, on behalf of staff, and records that in the audit log."""
    before = WaitingListEntry.objects.select_for_update().values_list("priority", flat=True).get(pk=entry.pk)
    entry.priority = before + 1
    entry.save(update_fields=["priority", "changed_at"])
    after = {"priority": entry.priority}
    audit.record(actor=by, action="put first", subject=entry, before={"priority": before}, after=after)


def decline(*, offer: SlotOffer) -> None:
    """Declines the offer and offers the time to the next client. The entry stays on the list."""
    builder = offer.place.session_type.builder_id
    _close_offer(offer, SlotOffer.State.DECLINED)
    offer_free(clock.now(), builder=builder)


def accept(*, offer: SlotOffer, form: WaitingListDetails) -> Booking:
    """Books the time that was offered, with the answers of the form. Accepting twice makes one booking."""
    entry, now = offer.place, clock.now()
    visitor = Visitor(entry.holder, entry.client)
    booking_request = form.booking_request(
        start=offer.starts_at, minutes=entry.minutes, rate_type=None, timezone=entry.timezone, form_key=offer.pk
    )  # fmt: skip
    is_open = SlotOffer.objects.filter(pk=offer.pk, state=SlotOffer.State.OPEN, expires_at__gt=now).exists()
    if not is_open and not Booking.objects.filter(form_key=offer.pk).exists():
        raise Refused(TimeRefusal.HOLD_LOST, "This offer has ended. You are still on the list.")
    with place_in_queue(entry.session_type.builder_id), transaction.atomic():
        booking = services.request(priced=check(booking_request, visitor))
        SlotOffer.objects.filter(pk=offer.pk).update(state=SlotOffer.State.TAKEN, answered_at=now)
        WaitingListEntry.objects.filter(pk=entry.pk, ended_at__isnull=True).update(
            ended_at=now, end=WaitingListEntry.End.BOOKED
        )
    return booking


def offer_free(now: datetime, *, builder: UUID | None = None) -> int:
    """Holds free times for the clients who wait, in the order of the list, and returns how many offers were made.

    Two workers may do it at once: an entry has one open offer at most.
    """
    entries = WaitingListEntry.objects.active().exclude(offers__state=SlotOffer.State.OPEN)
    if builder is not None:
        entries = entries.filter(session_type__builder=builder)
    waiting = list(entries.in_order().select_related("client", "session_type__builder").prefetch_related("offers"))
    availability = _Availability(waiting, now)
    return sum(_offer_first_slot(entry, availability) for entry in waiting)


class _Availability:
    """The free times, and what the waiting clients have booked, loaded once for all entries.

    Two queries for each session type and length that somebody waits for, and two more.
    """

    def __init__(self, places: list[WaitingListEntry], now: datetime) -> None:
        self.now = now
        self.windows: dict[_SlotKey, Stretch] = {}
        for entry in places:
            first, last = waiting_rules.window(entry)
            window = self.windows.get(_slot_key(entry), (first, last))
            self.windows[_slot_key(entry)] = (min(first, window[0]), max(last, window[1]))
        self.slots: dict[_SlotKey, list[datetime]] = {}
        live = Booking.objects.filter(
            client__in={entry.client_id for entry in places}, starts_at__gt=now, state__in=LIVE,
            session_type__in={entry.session_type_id for entry in places},
        )  # fmt: skip
        self.booked = list(live.values_list("client", "session_type", "starts_at"))

    def has_booked(self, entry: WaitingListEntry) -> bool:
        """Whether the client has booked, without an offer, a time that fits the entry."""
        own = (entry.client_id, entry.session_type_id)
        return any(
            (client, session_type) == own and waiting_rules.fits(entry, start)
            for client, session_type, start in self.booked
        )

    def free(self, entry: WaitingListEntry) -> list[datetime]:
        """Returns the free times that fit the entry and were not offered for it before."""
        key = _slot_key(entry)
        if key not in self.slots:
            slots = free_times(entry.session_type, entry.minutes, self.windows[key], self.now)
            self.slots[key] = [moment(slot.start) for slot in slots]
        offered = {offer.starts_at for offer in entry.offers.all()}
        return [start for start in self.slots[key] if waiting_rules.fits(entry, start) and start not in offered]

    def forget_slots(self) -> None:
        """Drops the loaded free times, since holding a time has changed them."""
        self.slots.clear()


_SlotKey = tuple[UUID, int]


def _slot_key(entry: WaitingListEntry) -> _SlotKey:
    return entry.session_type_id, entry.minutes


def _offer_first_slot(entry: WaitingListEntry, availability: _Availability) -> bool:
    """Offers the first free time that fits, and returns whether an offer was made.

    Ends the entry if its days are over or the client has booked.
    """
    if waiting_rules.window(entry)[1] <= availability.now.timestamp():
        leave(entry=entry, end=WaitingListEntry.End.OVER)
        if not entry.offers.all():
            session_type = entry.session_type
            demand.record(
                demand.Kind.WAITING, visitor=str(entry.pk), service=session_type.service_id or "",
                builder=session_type.builder_id, session_type=session_type.pk,
            )  # fmt: skip
        return False
    if not entry.session_type.is_active or not entry.client.is_active:
        return False
    if availability.has_booked(entry):
        leave(entry=entry, end=WaitingListEntry.End.BOOKED)
        return False
    free = availability.free(entry)
    taken = set(_seat_starts(entry)) if free else set()
    for start in free:
        duration = waiting_rules.offer_duration(start, availability.now)
        if start in taken or duration is None:
            continue
        try:
            is_held = _hold_and_notify(entry, start, duration)
        except Refused:
            continue  # the time was taken meanwhile
        availability.forget_slots()
        return is_held
    return False


def _seat_starts(entry: WaitingListEntry) -> Iterable[datetime]:
    """Returns the starts of the client's seats with this builder, booked or held.

    A client can have only one seat in a group.
    """
    live = Seat.objects.filter(person=entry.client, released_at__isnull=True)
    seats = live.filter(reservation__builder=entry.session_type.builder_id).select_related("reservation")
    return (seat.reservation.during.lower for seat in seats)


def _hold_and_notify(entry: WaitingListEntry, start: datetime, duration: timedelta) -> bool:
    try:
        with transaction.atomic():
            visitor = Visitor(entry.holder, entry.client)
            seat = claims.hold(TimeRequest(entry.session_type, start, entry.minutes, visitor), lasts=duration)
            assert seat.expires_at is not None
            offer = SlotOffer.objects.create(
                id=uuid7(), place=entry, seat=seat, starts_at=start, expires_at=seat.expires_at
            )  # fmt: skip
            _notify_client(offer)
    except IntegrityError:
        return False  # another worker has just made an offer for this entry
    return True


def _notify_client(offer: SlotOffer) -> None:
    entry = offer.place
    zone, hour_format = entry.client.timezone, entry.client.hour_format
    when = When(offer.starts_at, offer.starts_at + timedelta(minutes=entry.minutes), zone, hour_format)
    until = When(offer.expires_at, offer.expires_at, zone, hour_format)
    builder = entry.session_type.builder.display_name
    notify(
        entry.client,
        NewNotification(
            kind="waiting",
            event=f"offered:{offer.pk}",
            title=f"A time has opened up: {entry.session_type.title}, {when.short}",
            text=f"{builder} is available on {when}. This time is held for you until {until.begins} ({until.clock}).",
            path=offer.get_absolute_url(),
            call="Take it",
        ),
    )


def expire_offers(now: datetime) -> int:
    """Ends the offers that have expired and offers the times to the next clients; returns for how many builders.

    The client stays on the waiting list, but is not offered that start again. Two workers may do this at the same
    time: each offer is ended once.
    """
    expired = SlotOffer.objects.filter(state=SlotOffer.State.OPEN, expires_at__lte=now).select_related(
        "place__session_type"
    )
    builders = set()
    for offer in expired:
        if _close_offer(offer, SlotOffer.State.EXPIRED):
            builders.add(offer.place.session_type.builder_id)
    for builder in builders:
        offer_free(now, builder=builder)
    return len(builders)


@transaction.atomic
def _close_offer(offer: SlotOffer, state: str) -> bool:
    open_ = SlotOffer.objects.filter(pk=offer.pk, state=SlotOffer.State.OPEN)
    if not open_.update(state=state, answered_at=clock.now()):
        return False
    claims.release(seat=offer.seat)
    return True


def deliver(message: OutboxMessage) -> None:
    """Offers the free times of the builder whom the message names. Called by the outbox."""
    offer_free(clock.now(), builder=UUID(message.recipient))
