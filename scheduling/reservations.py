"""Writes a reservation with its seat, each in one statement. Only `claims` calls it, with the builder's time locked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core.errors import Refused
from scheduling.models import Reservation, Seat
from scheduling.refusals import TimeRefusal
from scheduling.slots import Calendar
from scheduling.time_requests import TimeRequest

CONFIRM_HOLD = """
    WITH seat AS (
        UPDATE scheduling_seat SET expires_at = NULL, changed_at = %(now)s WHERE id = %(seat)s RETURNING reservation_id)
    UPDATE scheduling_reservation SET kind = 'BOOKED', expires_at = NULL WHERE id IN (SELECT reservation_id FROM seat)
"""
INSERT_RESERVATION_AND_SEAT = """
    WITH reservation AS (
        INSERT INTO scheduling_reservation (id, created_at, changed_at, builder_id, during, kind, session_type_id,
            capacity, buffer_before, buffer_after, note, expires_at, released_at)
        VALUES (%(id)s, %(now)s, %(now)s, %(builder)s, tstzrange(%(start)s, %(end)s, '[)'), %(kind)s, %(type)s,
            %(capacity)s, %(before)s, %(after)s, '', %(expires)s, NULL)
        ON CONFLICT ON CONSTRAINT no_double_booking DO NOTHING RETURNING id)
    INSERT INTO scheduling_seat (id, created_at, changed_at, reservation_id, holder, person_id, address, extensions,
        expires_at, released_at, plan_id)
    SELECT %(seat)s, %(now)s, %(now)s, reservation.id, %(holder)s, %(person)s, %(address)s, 0, %(expires)s, NULL, %(plan)s
    FROM reservation RETURNING id
"""


def insert_reservation(ask: TimeRequest, calendar: Calendar, now: datetime, until: timedelta | None) -> Seat:
    """Inserts reservation and seat, in one statement. ON CONFLICT, since a plain INSERT against the constraint deadlocks
    when many race."""
    before, after = _buffers(ask, calendar)
    expires_at = None if until is None else now + until
    reservation = Reservation(
        builder_id=ask.session_type.builder_id, during=DateTimeTZRange(ask.start, ask.end), kind="BOOKED" if until is None else "HOLD",
        session_type=ask.session_type, capacity=ask.session_type.seats, buffer_before=before, buffer_after=after,
        expires_at=expires_at, created_at=now, changed_at=now,
    )  # fmt: skip
    seat = Seat(
        reservation=reservation, holder=ask.visitor.key, person=ask.visitor.person, address=ask.visitor.address,
        expires_at=expires_at, created_at=now, changed_at=now, plan_id=ask.visitor.plan_id,
    )  # fmt: skip
    row: dict[str, Any] = {
        "id": reservation.pk, "builder": reservation.builder_id, "start": ask.start, "end": ask.end, "now": now,
        "kind": reservation.kind, "type": ask.session_type.pk, "capacity": reservation.capacity, "before": before,
        "after": after, "expires": expires_at, "seat": seat.pk, "holder": seat.holder, "person": seat.person_id,
        "address": seat.address, "plan": seat.plan_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(INSERT_RESERVATION_AND_SEAT, row)
        if cursor.fetchone() is None:
            raise Refused(TimeRefusal.SLOT_TAKEN)
    for saved in (reservation, seat):
        saved._state.adding, saved._state.db = False, connection.alias
    return seat


def _buffers(ask: TimeRequest, calendar: Calendar) -> tuple[int, int]:
    """Returns the buffers to store with the reservation, in minutes before and after."""
    day = ask.start.astimezone(calendar.usual.zone).date()
    limits = ask.wanted.limits_in(calendar.plan_on(day))
    return limits.buffer_before or 0, limits.buffer_after or 0


def confirm_hold(seat: Seat, now: datetime) -> None:
    """Turns a held seat and its reservation into booked ones."""
    with connection.cursor() as cursor:
        cursor.execute(CONFIRM_HOLD, {"seat": seat.pk, "now": now})
    seat.expires_at, seat.changed_at = None, now
    seat.reservation.kind, seat.reservation.expires_at = "BOOKED", None
