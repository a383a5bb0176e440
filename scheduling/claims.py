"""Takes and gives back a builder's time: hold, extend, book, move, release, and time off. Nothing else may do so.

Hours, offers and prices are loaded first, and one query looks whether the time is taken already: nearly all requests
for a taken time are refused there, without waiting for the lock. Then a transaction (READ COMMITTED) takes the
builder's advisory lock, in a statement of its own that also reads the clock. Under the lock are the same query again,
the check of the slot and the inserts, which the exclusion constraint guards, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from core import outbox
from core.dates import is_in_range
from core.errors import Refused
from scheduling import loading
from scheduling.explain import why_not
from scheduling.free_times import queue_refresh
from scheduling.hold_limits import check_hold_limits
from scheduling.locks import with_time_of
from scheduling.models import Reservation, Seat
from scheduling.probe import Probe, probe
from scheduling.refusals import TimeRefusal
from scheduling.reservations import confirm_hold, insert_reservation
from scheduling.slots import Calendar, free_slots
from scheduling.strangers import check_share, has_stranger
from scheduling.time_requests import TimeRequest, Visitor

HOLD_FOR = timedelta(minutes=10)
LONGEST_HORIZON = timedelta(days=730)  # as for schedules, so that a mistyped year is refused
MOST_EXTENSIONS = 10
LOST = (TimeRefusal.SLOT_TAKEN, TimeRefusal.OUTSIDE_AVAILABILITY)  # this time cannot be booked, but others can

Result = TypeVar("Result")
__all__ = [
    "LOST",
    "TimeRequest",
    "Visitor",
    "block",
    "book",
    "book_for_builder",
    "book_with",
    "extend",
    "hold",
    "move",
    "release",
    "release_expired",
    "unblock",
]


def hold(ask: TimeRequest, *, lasts: timedelta = HOLD_FOR) -> Seat:
    """Holds a slot for ten minutes. It replaces the visitor's former hold with the same builder, but none of a plan."""
    return _claim(ask, _seat_itself, until=lasts)


def book(ask: TimeRequest) -> Seat:
    """Books a slot: turns the visitor's hold of it into a booking, or takes the time if it is free."""
    return book_with(ask, _seat_itself)


def book_with(ask: TimeRequest, finish: Callable[[Seat, datetime], Result]) -> Result:
    """Books a slot as `book` does, and returns `finish(seat, now)`, which runs in the same transaction."""
    return _claim(ask, finish, until=None)


def book_for_builder(ask: TimeRequest, finish: Callable[[Seat, datetime], Result]) -> Result:
    """Books a time that the builder chose, and returns `finish(seat, now)`, which runs in the same transaction.

    It may lie outside the hours, in time off and in time that is busy elsewhere, but never over a session or a hold.
    """
    if not is_in_range(ask.start):
        raise Refused(TimeRefusal.OUTSIDE_AVAILABILITY)
    builder, calendar = ask.session_type.builder_id, ask.calendar

    def work(now: datetime) -> Result:
        with outbox.in_one_statement():
            if ask.start <= now:
                raise Refused(TimeRefusal.OUTSIDE_AVAILABILITY, "This time is over. Choose a later one.")
            if ask.start > now + LONGEST_HORIZON:
                raise Refused(TimeRefusal.OUTSIDE_AVAILABILITY, "Choose a time within the next two years.")
            known = probe(ask, now=now)
            if known.is_taken:
                raise Refused(
                    TimeRefusal.SLOT_TAKEN, "You have another session at this time, or somebody is booking it."
                )
            if known.has_expired_hold:
                _release_expired(builder, now, ask)
            seat = _join_group(ask, now, None, lambda _: None) or insert_reservation(ask, calendar, now, None)
            queue_refresh(builder)
            return finish(seat, now)

    return with_time_of(builder, work)


def move(*, seat: Seat, ask: TimeRequest, by_builder: bool = False, anywhere: bool = False) -> Seat:
    """Moves a booked seat to another time, which may overlap the old one. A refusal leaves it where it is.

    `anywhere`: to any time without another session, whether or not it is offered to others.
    """
    return _claim(ask, _seat_itself, until=None, moved=seat, has_share=not by_builder, anywhere=anywhere)


def _seat_itself(seat: Seat, now: datetime) -> Seat:
    return seat


def extend(*, seat: Seat, visitor: Visitor) -> Seat:
    """Extends a live hold of the visitor to ten minutes from now, ten times at most."""
    builder = seat.reservation.builder_id

    def work(now: datetime) -> Seat:
        current = Seat.objects.select_related("reservation").filter(pk=seat.pk, holder=visitor.key).first()
        if current is None or current.released_at or current.expires_at is None or current.expires_at <= now:
            raise Refused(TimeRefusal.HOLD_LOST)
        if current.extensions >= MOST_EXTENSIONS:
            raise Refused(TimeRefusal.HOLD_LOST, "This time cannot be held any longer. Book it or release it.")
        current.expires_at, current.extensions = now + HOLD_FOR, current.extensions + 1
        current.save(update_fields=["expires_at", "extensions", "changed_at"])
        _prolong_hold(current.reservation, current.expires_at)
        return current

    return with_time_of(builder, work)


def release(*, seat: Seat) -> None:
    """Releases a held or booked seat, and with the last seat the time. Does nothing if it was released already."""
    reservation = seat.reservation

    def work(now: datetime) -> None:
        _release([seat], now)

    with_time_of(reservation.builder_id, work)


def block(
    *, builder: UUID, start: datetime, end: datetime, note: str = "", kind: str = Reservation.Kind.TIME_OFF
) -> Reservation:
    """Adds time off, or time busy elsewhere. It may overlap sessions, which stay as they are."""

    def work(now: datetime) -> Reservation:
        reservation = Reservation.objects.create(builder_id=builder, during=(start, end), kind=kind, note=note)
        queue_refresh(builder)
        return reservation

    return with_time_of(builder, work)


def unblock(*, reservation: Reservation) -> None:
    """Ends time off."""

    def work(now: datetime) -> None:
        Reservation.objects.filter(pk=reservation.pk, released_at__isnull=True).update(released_at=now)
        queue_refresh(reservation.builder_id)

    with_time_of(reservation.builder_id, work)


def release_expired(now: datetime) -> int:
    """Releases expired holds of all builders, which reads ignore anyway. Returns how many there were."""
    builders = Reservation.objects.filter(kind="HOLD", released_at__isnull=True, expires_at__lte=now)
    count = 0
    for builder in builders.values_list("builder_id", flat=True).distinct():
        count += with_time_of(builder, lambda at, builder=builder: _release_expired(builder, at))  # type: ignore[misc]  # mypy does not infer the type of the default
    return count


def _claim(
    ask: TimeRequest,
    finish: Callable[[Seat, datetime], Result],
    *,
    until: timedelta | None,
    moved: Seat | None = None,
    has_share: bool = True,
    anywhere: bool = False,
) -> Result:
    """Holds the time for `until`, or books it if that is None, and returns `finish(seat, now)`. The visitor's other
    holds with the builder, and the seat that is moved, are released.

    `has_share`: whether a stranger's time counts against what strangers may take together.
    """
    if not is_in_range(ask.start):
        raise Refused(TimeRefusal.OUTSIDE_AVAILABILITY)
    builder, calendar = ask.session_type.builder_id, ask.calendar
    if moved is None:  # a caller that moves a booking already holds the lock
        _check_free(ask, probe(ask))

    is_shared = has_share and ask.visitor.is_stranger

    def work(now: datetime) -> Result:
        with outbox.in_one_statement():
            seat = _take(ask, calendar, now, until, moved, is_shared=is_shared, anywhere=anywhere)
            return finish(seat, now)

    return with_time_of(builder, work)


def _take(
    ask: TimeRequest,
    calendar: Calendar,
    now: datetime,
    until: timedelta | None,
    moved: Seat | None,
    *,
    is_shared: bool,
    anywhere: bool,
) -> Seat:
    """Takes the time under the lock, or refuses it."""
    builder = ask.session_type.builder_id

    def check_strangers(now: datetime) -> None:
        if is_shared:
            check_share(builder=builder, calendar=calendar, during=(ask.start, ask.end), now=now)

    known = probe(ask, moved=moved.pk if moved else None, now=now)
    _check_free(ask, known)
    if known.has_expired_hold:
        _release_expired(builder, now, ask)
    released = [_reload_live(moved)] if moved else []
    if known.has_own_hold:
        released += _holds_of(ask)
    is_kept = until is None and not ask.needs_more_than_its_hold
    kept = _matching_hold(ask, released, now) if is_kept else None
    _release([seat for seat in released if seat is not kept], now)
    if kept is not None:
        return _confirm(kept, now)
    if seat := _join_group(ask, now, until, check_strangers):
        return seat
    if not anywhere:
        _check_offered(ask, calendar, now)
    if until is not None:
        check_hold_limits(ask.visitor, now)
    check_strangers(now)
    queue_refresh(builder)
    return insert_reservation(ask, calendar, now, until)


def _check_free(ask: TimeRequest, known: Probe) -> None:
    """Refuses a time that is taken, or that was never offered, each with its own reason."""
    if known.is_taken:
        is_open = free_slots(ask.calendar, [], ask.wanted, ask.window, int(known.at.timestamp()))
        raise Refused(TimeRefusal.SLOT_TAKEN if is_open else TimeRefusal.OUTSIDE_AVAILABILITY)


def _release_expired(builder: UUID, now: datetime, ask: TimeRequest | None = None) -> int:
    """Releases the builder's expired holds (with `ask`, those in its way), which the constraint still counts."""
    old = Reservation.objects.filter(builder=builder, kind="HOLD", released_at__isnull=True, expires_at__lte=now)
    if ask is not None:
        old = old.filter(during__overlap=(ask.start, ask.end))
    expired = list(old)
    Seat.objects.filter(reservation__in=expired, released_at__isnull=True).update(released_at=now)
    Reservation.objects.filter(pk__in=[reservation.pk for reservation in expired]).update(released_at=now)
    if expired:
        queue_refresh(builder)  # the free times were saved while the time was held
    return len(expired)


def _holds_of(ask: TimeRequest) -> list[Seat]:
    """Returns the visitor's holds with this builder that are not released; of a plan, only those at this time."""
    holds = Seat.objects.select_related("reservation").filter(
        holder=ask.visitor.key,
        released_at__isnull=True,
        expires_at__isnull=False,
        reservation__builder=ask.session_type.builder_id,
    )
    return list(
        holds if ask.visitor.plan_id is None else holds.filter(reservation__during__overlap=(ask.start, ask.end))
    )


def _reload_live(seat: Seat) -> Seat:
    """Reloads the seat under the lock. One that was released in the meantime is refused."""
    current = Seat.objects.select_related("reservation").filter(pk=seat.pk, released_at__isnull=True).first()
    if current is None:
        raise Refused(TimeRefusal.HOLD_LOST)
    return current


def _matching_hold(ask: TimeRequest, seats: list[Seat], now: datetime) -> Seat | None:
    """Returns the live hold among the seats that is exactly what is wanted.

    An expired hold does not count: in a group somebody else may have taken the seat since.
    """
    for seat in seats:
        reservation = seat.reservation
        is_same = reservation.session_type_id == ask.session_type.pk and reservation.released_at is None
        if (
            seat.expires_at
            and seat.expires_at > now
            and is_same
            and (reservation.during.lower, reservation.during.upper) == (ask.start, ask.end)
        ):
            return seat
    return None


def _confirm(seat: Seat, now: datetime) -> Seat:
    confirm_hold(seat, now)
    queue_refresh(seat.reservation.builder_id)
    return seat


def _release(seats: list[Seat], now: datetime) -> None:
    for seat in seats:
        if not Seat.objects.filter(pk=seat.pk, released_at__isnull=True).update(released_at=now):
            continue
        reservation = Reservation.objects.filter(pk=seat.reservation_id)
        live = Seat.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), released_at__isnull=True)
        ends = list(live.filter(reservation=seat.reservation_id).values_list("expires_at", flat=True))
        if not ends:
            reservation.update(released_at=now)
        elif None not in ends:
            # Only holds are left in the group, so it becomes a hold that ends with the last of them.
            reservation.update(kind="HOLD", expires_at=max(end for end in ends if end))
        queue_refresh(seat.reservation.builder_id)


def _join_group(
    ask: TimeRequest, now: datetime, until: timedelta | None, check_strangers: Callable[[datetime], None]
) -> Seat | None:
    """Takes a seat in the group at exactly this time. Returns None if there is no such group; a full one is refused."""
    if ask.session_type.seats == 1:
        return None
    group = (
        Reservation.objects.live(now)
        .filter(
            builder=ask.session_type.builder_id,
            session_type=ask.session_type,
            during=(ask.start, ask.end),
            kind__in=["HOLD", "BOOKED"],
        )
        .first()
    )
    if group is None:
        return None
    seats = group.seats.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), released_at__isnull=True)
    mine = Q(holder=ask.visitor.key)
    if ask.visitor.person is not None:
        mine |= Q(person=ask.visitor.person)
    if seats.filter(mine).exists():
        raise Refused(TimeRefusal.SLOT_TAKEN, "You already have a seat in this group.")
    if seats.count() >= group.capacity:
        raise Refused(TimeRefusal.SLOT_TAKEN, "The last seat was just taken.")
    if ask.start <= now:
        raise Refused(TimeRefusal.OUTSIDE_AVAILABILITY, "This session has begun.")
    if not has_stranger(group, now):
        check_strangers(now)
    seat = _create_seat(group, ask, now, until)
    if until is None:
        Reservation.objects.filter(pk=group.pk).update(kind="BOOKED", expires_at=None)
    else:
        _prolong_hold(group, now + until)
    queue_refresh(group.builder_id)
    return seat


def _check_offered(ask: TimeRequest, calendar: Calendar, now: datetime) -> None:
    """Refuses a time that the slot engine does not offer, with the first reason why. For a session of a plan, the other
    times that the plan holds count as taken."""
    holder = ask.visitor.key if ask.visitor.plan_id is None else ""
    busy = loading.load_taken([ask.session_type.builder_id], ask.window, now, holder)
    taken = loading.for_engine(busy[ask.session_type.builder_id], holder, ask.session_type.pk)
    wanted = ask.wanted
    at = int(now.timestamp())
    is_whole = ask.start.timestamp() == ask.window[0]
    if not is_whole or not free_slots(calendar, taken, wanted, ask.window, at):
        reasons = why_not(calendar, taken, wanted, ask.window[0], at)
        sentence = reasons[0].sentence if reasons else None
        taken_only = bool(reasons) and all(reason.is_taken for reason in reasons)
        raise Refused(TimeRefusal.SLOT_TAKEN if taken_only else TimeRefusal.OUTSIDE_AVAILABILITY, sentence)


def _create_seat(reservation: Reservation, ask: TimeRequest, now: datetime, until: timedelta | None) -> Seat:
    seat = Seat.objects.create(
        reservation=reservation,
        holder=ask.visitor.key,
        person=ask.visitor.person,
        address=ask.visitor.address,
        expires_at=None if until is None else now + until,
        plan_id=ask.visitor.plan_id,
    )
    seat.reservation = reservation
    return seat


def _prolong_hold(reservation: Reservation, until: datetime) -> None:
    """Prolongs a held reservation, which lasts as long as the longest hold in it."""
    Reservation.objects.filter(pk=reservation.pk, kind="HOLD", expires_at__lt=until).update(expires_at=until)
