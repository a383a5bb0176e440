"""The waiting list: what comes free is held for whoever has waited longest, asked by mail, and booked by one click."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.notifications import News, tell
from accounts.services import lock_person
from bookings import services, waits
from bookings.forms import DetailsForm
from bookings.models import Booking, Offered, Place
from bookings.states import LIVE
from bookings.when import When
from bookings.wishes import check, check_bookable
from coaching.terms import offer_of
from core import audit, clock
from core.errors import Refusal, Refused
from core.ids import uuid7
from core.models import OutboxMessage
from scheduling import claims
from scheduling.claims import Ask, Visitor
from scheduling.intervals import Stretch
from scheduling.loading import moment
from scheduling.models import Seat
from scheduling.queries import free_times

MOST_PLACES = 10


@transaction.atomic
def join(*, place: Place) -> Place:
    """Takes a place on the list. The same wish twice is one place."""
    check_bookable(place.session_type, offer_of(place.session_type.builder_id), place.client)
    lock_person(place.client_id)  # two at once: the second is counted after the first, or is the same wish
    mine = Place.objects.active().filter(client=place.client)
    same = mine.filter(
        session_type=place.session_type, first_day=place.first_day, last_day=place.last_day,
        from_minute=place.from_minute, to_minute=place.to_minute, weekdays=place.weekdays,
    )  # fmt: skip
    if there := same.first():
        return there
    if mine.count() >= MOST_PLACES:
        raise Refused(Refusal.TOO_MANY_HOLDS, f"You are on {MOST_PLACES} lists already. Leave one of them first.")
    place.save(force_insert=True)
    return place


@transaction.atomic
def leave(*, place: Place, end: str = Place.End.LEFT) -> None:
    """Gives the place up, and what it was offered."""
    Place.objects.filter(pk=place.pk, ended_at__isnull=True).update(ended_at=clock.now(), end=end)
    for offer in place.offers.filter(state=Offered.State.OPEN):
        _answer(offer, Offered.State.DECLINED)


@transaction.atomic
def put_first(*, place: Place, by: object) -> None:
    """Staff let somebody be asked before the others."""
    before = Place.objects.select_for_update().values_list("priority", flat=True).get(pk=place.pk)
    place.priority = before + 1
    place.save(update_fields=["priority", "changed_at"])
    told = {"priority": place.priority}
    audit.record(actor=by, action="put first", subject=place, before={"priority": before}, after=told)


def decline(*, offer: Offered) -> None:
    """Not this time: the next one hears of it, and the place stays."""
    builder = offer.place.session_type.builder_id
    _answer(offer, Offered.State.DECLINED)
    offer_free(clock.now(), builder=builder)


def accept(*, offer: Offered, form: DetailsForm) -> Booking:
    """Books what was offered, with what was told when the place was taken. Doing it twice is one booking."""
    place, now = offer.place, clock.now()
    visitor = Visitor(place.holder, place.client)
    wish = form.wish(
        start=offer.starts_at, minutes=place.minutes, rate_type=None, timezone=place.timezone, form_key=offer.pk
    )  # fmt: skip
    is_open = Offered.objects.filter(pk=offer.pk, state=Offered.State.OPEN, expires_at__gt=now).exists()
    if not is_open and not Booking.objects.filter(form_key=offer.pk).exists():
        raise Refused(Refusal.HOLD_LOST, "This offer is over. You are still on the list.")
    with transaction.atomic():
        booking = services.request(checked=check(wish, visitor), visitor=visitor)
        Offered.objects.filter(pk=offer.pk).update(state=Offered.State.TAKEN, answered_at=now)
        Place.objects.filter(pk=place.pk, ended_at__isnull=True).update(ended_at=now, end=Place.End.BOOKED)
    return booking


def offer_free(now: datetime, *, builder: UUID | None = None) -> int:
    """Looks at who waits, the first first, and holds for them what is free. Harmless from two workers at once."""
    places = Place.objects.active().exclude(offers__state=Offered.State.OPEN)
    if builder is not None:
        places = places.filter(session_type__builder=builder)
    found = list(places.in_order().select_related("client", "session_type__builder").prefetch_related("offers"))
    look = _Look(found, now)
    return sum(_offer(place, look) for place in found)


class _Look:
    """What is free, and what those who wait have booked, read once for all of them: two queries for each session and
    length that somebody waits for, and two more."""

    def __init__(self, places: list[Place], now: datetime) -> None:
        self.now = now
        self.windows: dict[_Wanted, Stretch] = {}
        for place in places:
            first, last = waits.window(place)
            known = self.windows.get(_wanted(place), (first, last))
            self.windows[_wanted(place)] = (min(first, known[0]), max(last, known[1]))
        self.slots: dict[_Wanted, list[datetime]] = {}
        live = Booking.objects.filter(
            client__in={place.client_id for place in places}, starts_at__gt=now, state__in=LIVE,
            session_type__in={place.session_type_id for place in places},
        )  # fmt: skip
        self.booked = list(live.values_list("client", "session_type", "starts_at"))

    def has_it(self, place: Place) -> bool:
        """Whether they have booked what they wait for by another way."""
        mine = (place.client_id, place.session_type_id)
        return any((who, what) == mine and waits.fits(place, start) for who, what, start in self.booked)

    def free(self, place: Place) -> list[datetime]:
        """The times that suit and that they were not offered before."""
        wanted = _wanted(place)
        if wanted not in self.slots:
            slots = free_times(place.session_type, place.minutes, self.windows[wanted], self.now)
            self.slots[wanted] = [moment(slot.start) for slot in slots]
        known = {offer.starts_at for offer in place.offers.all()}
        return [start for start in self.slots[wanted] if waits.fits(place, start) and start not in known]

    def forget(self) -> None:
        """Somebody's time has just been taken, so what is free is another thing now."""
        self.slots.clear()


_Wanted = tuple[UUID, int]


def _wanted(place: Place) -> _Wanted:
    return place.session_type_id, place.minutes


def _offer(place: Place, look: _Look) -> bool:
    """The first free time that suits and that they were not offered before."""
    if waits.window(place)[1] <= look.now.timestamp():
        leave(place=place, end=Place.End.OVER)
        return False
    if not place.session_type.is_active or not place.client.is_active:
        return False
    if look.has_it(place):
        leave(place=place, end=Place.End.BOOKED)
        return False
    free = look.free(place)
    taken = set(_sits_at(place)) if free else set()
    for start in free:
        stands = waits.stands_for(start, look.now)
        if start in taken or stands is None:
            continue
        try:
            is_held = _hold(place, start, stands)
        except Refused:
            continue  # somebody was quicker
        look.forget()
        return is_held
    return False


def _sits_at(place: Place) -> Iterable[datetime]:
    """What they have with this builder already, booked or held: nobody sits in a group twice."""
    live = Seat.objects.filter(person=place.client, released_at__isnull=True)
    mine = live.filter(reservation__builder=place.session_type.builder_id).select_related("reservation")
    return (seat.reservation.during.lower for seat in mine)


def _hold(place: Place, start: datetime, stands: timedelta) -> bool:
    try:
        with transaction.atomic():
            visitor = Visitor(place.holder, place.client)
            seat = claims.hold(Ask(place.session_type, start, place.minutes, visitor), lasts=stands)
            assert seat.expires_at is not None
            made = Offered.objects.create(
                id=uuid7(), place=place, seat=seat, starts_at=start, expires_at=seat.expires_at
            )  # fmt: skip
            _tell(made)
    except IntegrityError:
        return False  # another worker has just offered them something
    return True


def _tell(offer: Offered) -> None:
    place = offer.place
    zone, reader = place.client.timezone, place.client.clock
    when = When(offer.starts_at, offer.starts_at + timedelta(minutes=place.minutes), zone, reader)
    until = When(offer.expires_at, offer.expires_at, zone, reader)
    who = place.session_type.builder.display_name
    tell(
        place.client,
        News(
            kind="waiting",
            event=f"offered:{offer.pk}",
            title=f"Free for you: {place.session_type.title}, {when.short}",
            text=f"{who} has time on {when}. It is held for you until {until.begins} ({until.clock}).",
            path=offer.get_absolute_url(),
            call="Take it",
        ),
    )


def expire_offers(now: datetime) -> int:
    """What nobody took goes to the next. Harmless from two beats."""
    over = Offered.objects.filter(state=Offered.State.OPEN, expires_at__lte=now).select_related("place__session_type")
    builders = set()
    for offer in over:
        if _answer(offer, Offered.State.EXPIRED):
            builders.add(offer.place.session_type.builder_id)
    for builder in builders:
        offer_free(now, builder=builder)
    return len(builders)


@transaction.atomic
def _answer(offer: Offered, state: str) -> bool:
    open_ = Offered.objects.filter(pk=offer.pk, state=Offered.State.OPEN)
    if not open_.update(state=state, answered_at=clock.now()):
        return False
    claims.release(seat=offer.seat)
    return True


def deliver(message: OutboxMessage) -> None:
    """Something of this builder's has come free."""
    offer_free(clock.now(), builder=UUID(message.recipient))
