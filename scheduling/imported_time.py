"""Takes a builder's time for a session that was agreed elsewhere: the slot rules do not apply, and it is never refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from coaching.models import SessionType
from scheduling import claims
from scheduling.free_times import queue_refresh
from scheduling.locks import with_time_of
from scheduling.models import Reservation, Seat


@dataclass(frozen=True)
class ImportedTime:
    """A session that was agreed elsewhere. `capacity` is that of its group."""

    session_type: SessionType
    start: datetime
    end: datetime
    capacity: int
    holder: str
    person: UUID | None = None

    @property
    def during(self) -> DateTimeTZRange:
        return DateTimeTZRange(self.start, self.end)


def take(time: ImportedTime, *, moved: Seat | None = None) -> Seat:
    """Takes the time, and releases the seat that is moved. Holds in the way are released, since they are no sessions.

    Where a session is booked already the seat's reservation is EXTERNAL: both are there, and the builder decides.
    """
    builder = time.session_type.builder_id

    def work(now: datetime) -> Seat:
        if moved is not None:
            claims.release(seat=moved)
        _release_holds(builder, time, now)
        reservation = _group(time) or _insert(builder, time)
        queue_refresh(builder)
        return Seat.objects.create(reservation=reservation, holder=time.holder[:64], person_id=time.person)

    return with_time_of(builder, work)


def is_in_conflict(seat: Seat) -> bool:
    """Whether the time of the seat was taken by another session when it was imported."""
    return seat.reservation.kind == Reservation.Kind.EXTERNAL


def settle_conflict(seat: Seat) -> bool:
    """Books the time of an imported session if the other one has gone. Returns whether that worked."""
    reservation = seat.reservation

    def work(now: datetime) -> bool:
        try:
            with transaction.atomic():
                return bool(
                    Reservation.objects.filter(pk=reservation.pk, released_at__isnull=True, kind="EXTERNAL").update(
                        kind=Reservation.Kind.BOOKED
                    )
                )
        except IntegrityError:
            return False

    return with_time_of(reservation.builder_id, work)


def _release_holds(builder: UUID, time: ImportedTime, now: datetime) -> None:
    holds = Reservation.objects.filter(
        builder=builder, kind="HOLD", released_at__isnull=True, during__overlap=time.during
    )
    keys = list(holds.values_list("pk", flat=True))
    Seat.objects.filter(reservation__in=keys, released_at__isnull=True).update(released_at=now)
    Reservation.objects.filter(pk__in=keys).update(released_at=now)


def _group(time: ImportedTime) -> Reservation | None:
    """Returns the reservation of the group that this seat belongs to, with room for it."""
    if time.capacity == 1:
        return None
    group = Reservation.objects.filter(
        builder=time.session_type.builder_id, session_type=time.session_type, during=time.during,
        kind__in=["BOOKED", "EXTERNAL"], released_at__isnull=True,
    ).first()  # fmt: skip
    if group is not None:
        taken = group.seats.filter(released_at__isnull=True).count()
        if taken >= group.capacity:
            group.capacity = taken + 1
            group.save(update_fields=["capacity", "changed_at"])
    return group


def _insert(builder: UUID, time: ImportedTime) -> Reservation:
    def insert(kind: str) -> Reservation:
        with transaction.atomic():
            return Reservation.objects.create(
                builder_id=builder, during=time.during, kind=kind, session_type=time.session_type,
                capacity=time.capacity, buffer_before=time.session_type.buffer_before or 0,
                buffer_after=time.session_type.buffer_after or 0,
            )  # fmt: skip

    try:
        return insert(Reservation.Kind.BOOKED)
    except IntegrityError:
        return insert(Reservation.Kind.EXTERNAL)
