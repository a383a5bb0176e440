"""The waiting list: what comes free is held for whoever has waited longest, asked by mail, and booked by one click."""

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
from core import audit, clock
from core.errors import Refusal, Refused
from core.ids import uuid7
from core.models import OutboxMessage
from scheduling import claims
from scheduling.claims import TimeRequest, Visitor
from scheduling.intervals import Stretch
from scheduling.loading import moment
from scheduling.models import Seat
from scheduling.queries import free_times

MOST_PLACES = 10


class WaitingListDetails(Protocol):
    """Valid answers to the questions of a session type, which make a request once the time is known."""

    def booking_request(
        self, *, start: datetime, minutes: int, rate_type: str | None, timezone: str, form_key: UUID
    ) -> BookingRequest: ...


@transaction.atomic
def join(*, entry: WaitingListEntry) -> WaitingListEntry:
    """Takes a place on the list. The same request twice is one entry."""
    check_bookable(entry.session_type, offer_of(entry.session_type.builder_id), entry.client)
    lock_person(entry.client_id)  # two at once: the second is counted after the first, or is the same wish
    mine = WaitingListEntry.objects.active().filter(client=entry.client)
    same = mine.filter(
        session_type=entry.session_type, first_day=entry.first_day, last_day=entry.last_day,
        from_minute=entry.from_minute, to_minute=entry.to_minute, weekdays=entry.weekdays,
    )  # fmt: skip
    if there := same.first():
        return there
    if mine.count() >= MOST_PLACES:
        raise Refused(Refusal.TOO_MANY_HOLDS, f"You are on {MOST_PLACES} lists already. Leave one of them first.")
    entry.save(force_insert=True)
    return entry


@transaction.atomic
def leave(*, entry: WaitingListEntry, end: str = WaitingListEntry.End.LEFT) -> None:
    """Gives the place up, and what it was offered."""
    WaitingListEntry.objects.filter(pk=entry.pk, ended_at__isnull=True).update(ended_at=clock.now(), end=end)
    for offer in entry.offers.filter(state=SlotOffer.State.OPEN):
        _answer(offer, SlotOffer.State.DECLINED)


@transaction.atomic
def put_first(*, entry: WaitingListEntry, by: object) -> None:
    """Staff let somebody be asked before the others."""
    before = WaitingListEntry.objects.select_for_update().values_list("priority", flat=True).get(pk=entry.pk)
    entry.priority = before + 1
    entry.save(update_fields=["priority", "changed_at"])
    told = {"priority": entry.priority}
    audit.record(actor=by, action="put first", subject=entry, before={"priority": before}, after=told)


def decline(*, offer: SlotOffer) -> None:
    """Not this time: the next one hears of it, and the place stays."""
    builder = offer.place.session_type.builder_id
    _answer(offer, SlotOffer.State.DECLINED)
    offer_free(clock.now(), builder=builder)


def accept(*, offer: SlotOffer, form: WaitingListDetails) -> Booking:
    """Books what was offered, with what was told when the place was taken. Doing it twice is one booking."""
    entry, now = offer.place, clock.now()
    visitor = Visitor(entry.holder, entry.client)
    booking_request = form.booking_request(
        start=offer.starts_at, minutes=entry.minutes, rate_type=None, timezone=entry.timezone, form_key=offer.pk
    )  # fmt: skip
    is_open = SlotOffer.objects.filter(pk=offer.pk, state=SlotOffer.State.OPEN, expires_at__gt=now).exists()
    if not is_open and not Booking.objects.filter(form_key=offer.pk).exists():
        raise Refused(Refusal.HOLD_LOST, "This offer is over. You are still on the list.")
    with transaction.atomic():
        booking = services.request(priced=check(booking_request, visitor), visitor=visitor)
        SlotOffer.objects.filter(pk=offer.pk).update(state=SlotOffer.State.TAKEN, answered_at=now)
        WaitingListEntry.objects.filter(pk=entry.pk, ended_at__isnull=True).update(
            ended_at=now, end=WaitingListEntry.End.BOOKED
        )
    return booking


def offer_free(now: datetime, *, builder: UUID | None = None) -> int:
    """Looks at who waits, the first first, and holds for them what is free. Harmless from two workers at once."""
    places = WaitingListEntry.objects.active().exclude(offers__state=SlotOffer.State.OPEN)
    if builder is not None:
        places = places.filter(session_type__builder=builder)
    found = list(places.in_order().select_related("client", "session_type__builder").prefetch_related("offers"))
    look = _Look(found, now)
    return sum(_offer(entry, look) for entry in found)


class _Look:
    """What is free, and what those who wait have booked, read once for all of them: two queries for each session and
    length that somebody waits for, and two more."""

    def __init__(self, places: list[WaitingListEntry], now: datetime) -> None:
        self.now = now
        self.windows: dict[_Wanted, Stretch] = {}
        for entry in places:
            first, last = waiting_rules.window(entry)
            known = self.windows.get(_wanted(entry), (first, last))
            self.windows[_wanted(entry)] = (min(first, known[0]), max(last, known[1]))
        self.slots: dict[_Wanted, list[datetime]] = {}
        live = Booking.objects.filter(
            client__in={entry.client_id for entry in places}, starts_at__gt=now, state__in=LIVE,
            session_type__in={entry.session_type_id for entry in places},
        )  # fmt: skip
        self.booked = list(live.values_list("client", "session_type", "starts_at"))

    def has_it(self, entry: WaitingListEntry) -> bool:
        """Whether they have booked what they wait for by another way."""
        mine = (entry.client_id, entry.session_type_id)
        return any((who, what) == mine and waiting_rules.fits(entry, start) for who, what, start in self.booked)

    def free(self, entry: WaitingListEntry) -> list[datetime]:
        """The times that suit and that they were not offered before."""
        wanted = _wanted(entry)
        if wanted not in self.slots:
            slots = free_times(entry.session_type, entry.minutes, self.windows[wanted], self.now)
            self.slots[wanted] = [moment(slot.start) for slot in slots]
        known = {offer.starts_at for offer in entry.offers.all()}
        return [start for start in self.slots[wanted] if waiting_rules.fits(entry, start) and start not in known]

    def forget(self) -> None:
        """Somebody's time has just been taken, so what is free is another thing now."""
        self.slots.clear()


_Wanted = tuple[UUID, int]


def _wanted(entry: WaitingListEntry) -> _Wanted:
    return entry.session_type_id, entry.minutes


def _offer(entry: WaitingListEntry, look: _Look) -> bool:
    """The first free time that suits and that they were not offered before."""
    if waiting_rules.window(entry)[1] <= look.now.timestamp():
        leave(entry=entry, end=WaitingListEntry.End.OVER)
        return False
    if not entry.session_type.is_active or not entry.client.is_active:
        return False
    if look.has_it(entry):
        leave(entry=entry, end=WaitingListEntry.End.BOOKED)
        return False
    free = look.free(entry)
    taken = set(_sits_at(entry)) if free else set()
    for start in free:
        stands = waiting_rules.stands_for(start, look.now)
        if start in taken or stands is None:
            continue
        try:
            is_held = _hold(entry, start, stands)
        except Refused:
            continue  # somebody was quicker
        look.forget()
        return is_held
    return False


def _sits_at(entry: WaitingListEntry) -> Iterable[datetime]:
    """What they have with this builder already, booked or held: nobody sits in a group twice."""
    live = Seat.objects.filter(person=entry.client, released_at__isnull=True)
    mine = live.filter(reservation__builder=entry.session_type.builder_id).select_related("reservation")
    return (seat.reservation.during.lower for seat in mine)


def _hold(entry: WaitingListEntry, start: datetime, stands: timedelta) -> bool:
    try:
        with transaction.atomic():
            visitor = Visitor(entry.holder, entry.client)
            seat = claims.hold(TimeRequest(entry.session_type, start, entry.minutes, visitor), lasts=stands)
            assert seat.expires_at is not None
            made = SlotOffer.objects.create(
                id=uuid7(), place=entry, seat=seat, starts_at=start, expires_at=seat.expires_at
            )  # fmt: skip
            _tell(made)
    except IntegrityError:
        return False  # another worker has just offered them something
    return True


def _tell(offer: SlotOffer) -> None:
    entry = offer.place
    zone, reader = entry.client.timezone, entry.client.hour_format
    when = When(offer.starts_at, offer.starts_at + timedelta(minutes=entry.minutes), zone, reader)
    until = When(offer.expires_at, offer.expires_at, zone, reader)
    who = entry.session_type.builder.display_name
    notify(
        entry.client,
        NewNotification(
            kind="waiting",
            event=f"offered:{offer.pk}",
            title=f"Free for you: {entry.session_type.title}, {when.short}",
            text=f"{who} has time on {when}. It is held for you until {until.begins} ({until.clock}).",
            path=offer.get_absolute_url(),
            call="Take it",
        ),
    )


def expire_offers(now: datetime) -> int:
    """What nobody took goes to the next. Harmless from two beats."""
    over = SlotOffer.objects.filter(state=SlotOffer.State.OPEN, expires_at__lte=now).select_related(
        "place__session_type"
    )
    builders = set()
    for offer in over:
        if _answer(offer, SlotOffer.State.EXPIRED):
            builders.add(offer.place.session_type.builder_id)
    for builder in builders:
        offer_free(now, builder=builder)
    return len(builders)


@transaction.atomic
def _answer(offer: SlotOffer, state: str) -> bool:
    open_ = SlotOffer.objects.filter(pk=offer.pk, state=SlotOffer.State.OPEN)
    if not open_.update(state=state, answered_at=clock.now()):
        return False
    claims.release(seat=offer.seat)
    return True


def deliver(message: OutboxMessage) -> None:
    """Something of this builder's has come free."""
    offer_free(clock.now(), builder=UUID(message.recipient))
