"""The one door to a builder's time: hold, extend, book, move, release.

READ COMMITTED. The order everywhere: the builder's advisory lock, alone in its statement, which also reads the clock;
then reservations. Hours, offers and prices are loaded before the lock. Under it the look for an overlap comes first,
since nearly all who lose a race leave there; then the slot function; then the insert, which the exclusion constraint
has the last word on. Nothing slow happens while the lock is held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from coaching.models import SessionType
from core.dates import is_in_range
from core.errors import Refusal, Refused
from core.ids import uuid7
from scheduling import loading
from scheduling.explain import why_not
from scheduling.free_times import refresh_soon
from scheduling.locks import with_time_of
from scheduling.models import Reservation, Seat
from scheduling.slots import Calendar, free_slots
from scheduling.strangers import check_share, has_stranger, hours_around

HOLD_FOR = timedelta(minutes=10)
MOST_EXTENSIONS = 10
LOST = (Refusal.SLOT_TAKEN, Refusal.OUTSIDE_AVAILABILITY)  # this time cannot be had; others can

TAKEN_BY_ANOTHER = """
    SELECT 1 FROM scheduling_reservation r
    WHERE r.builder_id = %(builder)s AND r.during && tstzrange(%(start)s, %(end)s)
      AND r.released_at IS NULL AND r.kind IN ('HOLD', 'BOOKED') AND (r.expires_at IS NULL OR r.expires_at > %(now)s)
      AND (r.capacity = 1 OR r.session_type_id <> %(type)s)
      AND NOT EXISTS (
          SELECT FROM scheduling_seat s WHERE s.reservation_id = r.id
            AND (s.id = %(moved)s OR (s.holder = %(holder)s AND s.released_at IS NULL AND s.expires_at IS NOT NULL)))
    LIMIT 1
"""


@dataclass(frozen=True)
class Visitor:
    """Who asks: a person, or a stranger known by a secret of their browser. `address` is hashed, to count by."""

    key: str
    person: Any = None
    address: str = ""

    @property
    def is_stranger(self) -> bool:
        return self.person is None


@dataclass(frozen=True)
class TimeRequest:
    """What is asked for. The session type has been checked to be one that this visitor may book."""

    session_type: SessionType
    start: datetime
    minutes: int
    visitor: Visitor

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    @property
    def window(self) -> tuple[int, int]:
        start = int(self.start.timestamp())
        return start, start + 1


def hold(ask: TimeRequest, *, lasts: timedelta = HOLD_FOR) -> Seat:
    """Keeps a slot for ten minutes. A new hold with the same builder takes the place of the visitor's old one."""
    return _claim(ask, until=lasts, gives_up=lambda: _held_with(ask))


def book(ask: TimeRequest) -> Seat:
    """Takes a slot for good: the visitor's hold where it is still theirs, else the free time itself."""
    return _claim(ask, until=None, gives_up=lambda: _held_with(ask))


def move(*, seat: Seat, ask: TimeRequest, by_builder: bool = False) -> Seat:
    """Another time for a taken seat, held or free; it may overlap the old one. If it cannot be had, that one stays."""
    gives_up = lambda: [_still_live(seat), *_held_with(ask)]  # noqa: E731  (under the lock)
    return _claim(ask, until=None, gives_up=gives_up, moved=seat, has_share=not by_builder)


def extend(*, seat: Seat, visitor: Visitor) -> Seat:
    """Ten more minutes, ten times at most, while the hold is still the visitor's."""
    builder = seat.reservation.builder_id

    def work(now: datetime) -> Seat:
        found = Seat.objects.select_related("reservation").filter(pk=seat.pk, holder=visitor.key).first()
        if found is None or found.released_at or found.expires_at is None or found.expires_at <= now:
            raise Refused(Refusal.HOLD_LOST)
        if found.extensions >= MOST_EXTENSIONS:
            raise Refused(Refusal.HOLD_LOST, "This time has been held for long enough. Book it, or let it go.")
        found.expires_at, found.extensions = now + HOLD_FOR, found.extensions + 1
        found.save(update_fields=["expires_at", "extensions", "changed_at"])
        _hold_until(found.reservation, found.expires_at)
        return found

    return with_time_of(builder, work)


def release(*, seat: Seat) -> None:
    """Gives a held or taken seat back; the last one frees the time. Harmless when it was given back already."""
    reservation = seat.reservation

    def work(now: datetime) -> None:
        _release([seat], now)

    with_time_of(reservation.builder_id, work)


def block(
    *, builder: UUID, start: datetime, end: datetime, note: str = "", kind: str = Reservation.Kind.TIME_OFF
) -> Reservation:
    """Time off, or time that is busy elsewhere. It may lie over sessions, which stay as they are."""

    def work(now: datetime) -> Reservation:
        made = Reservation.objects.create(builder_id=builder, during=(start, end), kind=kind, note=note)
        refresh_soon(builder)
        return made

    return with_time_of(builder, work)


def unblock(*, reservation: Reservation) -> None:
    """Ends time off."""

    def work(now: datetime) -> None:
        Reservation.objects.filter(pk=reservation.pk, released_at__isnull=True).update(released_at=now)
        refresh_soon(reservation.builder_id)

    with_time_of(reservation.builder_id, work)


def release_expired(now: datetime) -> int:
    """Tidies up holds whose time is over; reads ignore them anyway. For the sweep."""
    builders = Reservation.objects.filter(kind="HOLD", released_at__isnull=True, expires_at__lte=now)
    count = 0
    for builder in builders.values_list("builder_id", flat=True).distinct():
        count += with_time_of(builder, lambda at, builder=builder: _release_expired(builder, at))  # type: ignore[misc]
    return count


def _claim(
    ask: TimeRequest,
    *,
    until: timedelta | None,
    gives_up: Callable[[], list[Seat]],
    moved: Seat | None = None,
    has_share: bool = True,
) -> Seat:
    """`has_share` says that a stranger's time counts against what strangers may take together."""
    if not is_in_range(ask.start):
        raise Refused(Refusal.OUTSIDE_AVAILABILITY)
    builder = ask.session_type.builder_id
    is_shared = has_share and ask.visitor.is_stranger
    window = hours_around(ask.window[0]) if is_shared else ask.window
    calendar = loading.load_hours([builder], window)[builder].calendar_for(ask.session_type.pk)

    def check_strangers(now: datetime) -> None:
        if is_shared:
            check_share(builder=builder, calendar=calendar, during=(ask.start, ask.end), now=now)

    def work(now: datetime) -> Seat:
        _look(ask, calendar, now, moved)
        _release_expired(builder, now, ask)
        given_up = gives_up()
        kept = _hold_of(ask, given_up, now) if until is None else None
        _release([seat for seat in given_up if seat is not kept], now)
        if kept is not None:
            return _take(kept, now)
        if seat := _join(ask, now, until, check_strangers):
            return seat
        _check(ask, calendar, now)
        if until is not None:
            _check_limits(ask, now)
        check_strangers(now)
        return _insert(ask, calendar, now, until)

    return with_time_of(builder, work)


def _look(ask: TimeRequest, calendar: Calendar, now: datetime, moved: Seat | None) -> None:
    """Who lost the race leaves here, with one cheap query; who asked for what was never open, hears that instead.

    Left to the slot function: what this claim itself gives up, and groups that one could join.
    """
    with connection.cursor() as cursor:
        told: dict[str, Any] = {"builder": ask.session_type.builder_id, "start": ask.start, "end": ask.end, "now": now}
        told |= {"holder": ask.visitor.key, "type": ask.session_type.pk, "moved": moved and moved.pk}
        cursor.execute(TAKEN_BY_ANOTHER, told)
        if cursor.fetchone() is None:
            return
    wanted = loading.wanted(ask.session_type, ask.minutes)
    is_open = free_slots(calendar, [], wanted, ask.window, int(now.timestamp()))
    raise Refused(Refusal.SLOT_TAKEN if is_open else Refusal.OUTSIDE_AVAILABILITY)


def _release_expired(builder: UUID, now: datetime, ask: TimeRequest | None = None) -> int:
    """Time does not release a hold, claims do: the constraint knows no clock."""
    old = Reservation.objects.filter(builder=builder, kind="HOLD", released_at__isnull=True, expires_at__lte=now)
    if ask is not None:
        old = old.filter(during__overlap=(ask.start, ask.end))
    found = list(old)
    Seat.objects.filter(reservation__in=found, released_at__isnull=True).update(released_at=now)
    Reservation.objects.filter(pk__in=[one.pk for one in found]).update(released_at=now)
    return len(found)


def _held_with(ask: TimeRequest) -> list[Seat]:
    """The visitor's live holds with this builder."""
    return list(
        Seat.objects.select_related("reservation").filter(
            holder=ask.visitor.key,
            released_at__isnull=True,
            expires_at__isnull=False,
            reservation__builder=ask.session_type.builder_id,
        )
    )


def _still_live(seat: Seat) -> Seat:
    """As it is under the lock: what was given back in the meantime cannot be moved."""
    found = Seat.objects.select_related("reservation").filter(pk=seat.pk, released_at__isnull=True).first()
    if found is None:
        raise Refused(Refusal.HOLD_LOST)
    return found


def _hold_of(ask: TimeRequest, seats: list[Seat], now: datetime) -> Seat | None:
    """That one among the seats which is just what is asked for. In a group, one whose time is over may be another's."""
    for seat in seats:
        held = seat.reservation
        is_same = held.session_type_id == ask.session_type.pk and held.released_at is None
        if (
            seat.expires_at
            and seat.expires_at > now
            and is_same
            and (held.during.lower, held.during.upper) == (ask.start, ask.end)
        ):
            return seat
    return None


def _take(seat: Seat, now: datetime) -> Seat:
    seat.expires_at = None
    seat.save(update_fields=["expires_at", "changed_at"])
    Reservation.objects.filter(pk=seat.reservation_id).update(kind="BOOKED", expires_at=None)
    refresh_soon(seat.reservation.builder_id)
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
            # Only holds are left in it, and when they end so must it.
            reservation.update(kind="HOLD", expires_at=max(end for end in ends if end))
        refresh_soon(seat.reservation.builder_id)


def _join(
    ask: TimeRequest, now: datetime, until: timedelta | None, check_strangers: Callable[[datetime], None]
) -> Seat | None:
    """A seat in a group that has begun to fill, if there is one at just this time with room."""
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
        raise Refused(Refusal.SLOT_TAKEN, "You have a seat in this group already.")
    if seats.count() >= group.capacity:
        raise Refused(Refusal.SLOT_TAKEN, "The last seat was just taken.")
    if ask.start <= now:
        raise Refused(Refusal.OUTSIDE_AVAILABILITY, "This session has begun.")
    if not has_stranger(group, now):
        check_strangers(now)
    seat = _seat(group, ask, now, until)
    if until is None:
        Reservation.objects.filter(pk=group.pk).update(kind="BOOKED", expires_at=None)
    else:
        _hold_until(group, now + until)
    refresh_soon(group.builder_id)
    return seat


def _check(ask: TimeRequest, calendar: Calendar, now: datetime) -> None:
    """The same function that offered the slot."""
    busy = loading.load_taken([ask.session_type.builder_id], ask.window, now, ask.visitor.key)
    taken = loading.for_engine(busy[ask.session_type.builder_id], ask.visitor.key, ask.session_type.pk)
    wanted = loading.wanted(ask.session_type, ask.minutes)
    at = int(now.timestamp())
    is_whole = ask.start.timestamp() == ask.window[0]
    if not is_whole or not free_slots(calendar, taken, wanted, ask.window, at):
        reasons = why_not(calendar, taken, wanted, ask.window[0], at)
        sentence = reasons[0].sentence if reasons else None
        taken_only = bool(reasons) and all(reason.is_taken for reason in reasons)
        raise Refused(Refusal.SLOT_TAKEN if taken_only else Refusal.OUTSIDE_AVAILABILITY, sentence)


def _check_limits(ask: TimeRequest, now: datetime) -> None:
    live = Seat.objects.filter(released_at__isnull=True, expires_at__gt=now)
    mine = live.filter(holder=ask.visitor.key).count()
    if settings.LIMIT_HOLDS_PER_VISITOR and mine >= settings.LIMIT_HOLDS_PER_VISITOR:
        raise Refused(Refusal.TOO_MANY_HOLDS, retry_after=60)
    near = live.filter(address=ask.visitor.address).count() if ask.visitor.address else 0
    if settings.LIMIT_HOLDS_PER_ADDRESS and near >= settings.LIMIT_HOLDS_PER_ADDRESS:
        raise Refused(Refusal.TOO_MANY_HOLDS, retry_after=60)


def _insert(ask: TimeRequest, calendar: Calendar, now: datetime, until: timedelta | None) -> Seat:
    """By hand, since a plain INSERT against the constraint deadlocks when many race."""
    before, after = _buffers(ask, calendar)
    row: dict[str, Any] = {
        "id": uuid7(),
        "builder": ask.session_type.builder_id,
        "start": ask.start,
        "end": ask.end,
        "kind": "BOOKED" if until is None else "HOLD",
        "type": ask.session_type.pk,
        "capacity": ask.session_type.seats,
        "before": before,
        "after": after,
        "expires": None if until is None else now + until,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO scheduling_reservation (id, created_at, changed_at, builder_id, during, kind, session_type_id,
                capacity, buffer_before, buffer_after, note, expires_at, released_at)
            VALUES (%(id)s, %(now)s, %(now)s, %(builder)s, tstzrange(%(start)s, %(end)s, '[)'), %(kind)s, %(type)s,
                %(capacity)s, %(before)s, %(after)s, '', %(expires)s, NULL)
            ON CONFLICT ON CONSTRAINT no_double_booking DO NOTHING RETURNING id
            """,
            row,
        )
        if cursor.fetchone() is None:
            raise Refused(Refusal.SLOT_TAKEN)
    reservation = Reservation.objects.get(pk=row["id"])
    seat = _seat(reservation, ask, now, until)
    refresh_soon(reservation.builder_id)
    return seat


def _buffers(ask: TimeRequest, calendar: Calendar) -> tuple[int, int]:
    """The buffers that this session brings along for its neighbours."""
    day = ask.start.astimezone(calendar.usual.zone).date()
    limits = loading.wanted(ask.session_type, ask.minutes).limits.over(calendar.plan_on(day).limits)
    return limits.buffer_before or 0, limits.buffer_after or 0


def _seat(reservation: Reservation, ask: TimeRequest, now: datetime, until: timedelta | None) -> Seat:
    seat = Seat.objects.create(
        reservation=reservation,
        holder=ask.visitor.key,
        person=ask.visitor.person,
        address=ask.visitor.address,
        expires_at=None if until is None else now + until,
    )
    seat.reservation = reservation
    return seat


def _hold_until(reservation: Reservation, until: datetime) -> None:
    """A held reservation lasts as long as the longest hold in it."""
    Reservation.objects.filter(pk=reservation.pk, kind="HOLD", expires_at__lt=until).update(expires_at=until)
