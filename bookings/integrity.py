"""Integrity checks: each yields a sentence for every row that contradicts another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from bookings.models import Booking
from bookings.states import LIVE, State

WRONG_TIMES = """
    SELECT b.reference FROM bookings_booking b
    JOIN scheduling_seat s ON s.id = b.seat_id JOIN scheduling_reservation r ON r.id = s.reservation_id
    WHERE b.state IN ('PENDING', 'CONFIRMED', 'IN_PROGRESS')
      AND (r.during <> tstzrange(b.starts_at, b.ends_at, '[)') OR r.builder_id <> b.builder_id)
"""
TIME_NOT_TAKEN = """
    SELECT b.reference FROM bookings_booking b
    JOIN scheduling_seat s ON s.id = b.seat_id JOIN scheduling_reservation r ON r.id = s.reservation_id
    WHERE b.state IN ('PENDING', 'CONFIRMED', 'IN_PROGRESS')
      AND (s.released_at IS NOT NULL OR s.expires_at IS NOT NULL OR r.released_at IS NOT NULL
           OR r.kind <> CASE WHEN b.has_conflict THEN 'EXTERNAL' ELSE 'BOOKED' END)
"""
TIME_NOT_FREED = """
    SELECT b.reference FROM bookings_booking b JOIN scheduling_seat s ON s.id = b.seat_id
    WHERE b.cancelled_at IS NOT NULL AND s.released_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM bookings_bookingevent e WHERE e.booking_id = b.id AND e.verb = 'resolve')
"""
WRONG_LAST_EVENT = """
    SELECT b.reference, b.state, latest.after FROM bookings_booking b
    LEFT JOIN LATERAL (
        SELECT e.after FROM bookings_bookingevent e WHERE e.booking_id = b.id ORDER BY e.at DESC, e.id DESC LIMIT 1
    ) latest ON TRUE
    WHERE latest.after IS DISTINCT FROM b.state
"""
STALE_REMINDERS = """
    SELECT m.event, b.reference FROM core_outboxmessage m
    JOIN bookings_booking b ON b.id = (m.payload ->> 'booking')::uuid
    WHERE m.channel = 'reminder' AND m.state = 'waiting'
      AND (b.state IN ('CANCELLED', 'PENDING') OR b.sequence <> (m.payload ->> 'sequence')::int)
"""
OFFERS_WITHOUT_HOLD = """
    SELECT o.id FROM bookings_offered o JOIN scheduling_seat s ON s.id = o.seat_id
    WHERE o.state = 'open' AND (s.released_at IS NOT NULL OR s.expires_at IS NULL) AND o.expires_at > now()
"""
PLANS_PARTLY_HELD = """
    SELECT p.id FROM bookings_sessionplan p WHERE p.held_until > now() AND EXISTS (
        SELECT 1 FROM bookings_plannedsession x LEFT JOIN scheduling_seat s ON s.id = x.seat_id
        WHERE x.plan_id = p.id
          AND (s.id IS NULL OR s.plan_id IS DISTINCT FROM p.id OR s.released_at IS NOT NULL OR s.expires_at IS NULL))
"""
PLANS_PARTLY_BOOKED = """
    SELECT p.id FROM bookings_sessionplan p
    WHERE p.state = 'booked' AND p.booked_sessions <> (
        SELECT count(*) FROM bookings_plannedsession x WHERE x.plan_id = p.id AND x.booking_id IS NOT NULL)
"""
SEATS_WITHOUT_PLAN = """
    SELECT s.id, s.plan_id FROM scheduling_seat s
    WHERE s.plan_id IS NOT NULL AND s.released_at IS NULL AND s.expires_at > now() AND NOT EXISTS (
        SELECT 1 FROM bookings_plannedsession x WHERE x.seat_id = s.id AND x.plan_id = s.plan_id)
"""
WRONG_AMOUNTS = """
    SELECT b.reference, p.amount, p.currency FROM bookings_booking b
    JOIN payments_payment p ON p.subject_id = b.id AND p.subject_kind = 'booking'
    WHERE p.currency <> b.currency OR p.payee_id <> b.builder_id
       OR p.amount <> CASE WHEN b.state = 'CANCELLED' THEN b.cancel_fee ELSE b.total END
"""
WRONG_STARS = """
    WITH counted AS (
        SELECT r.builder_id, r.rating, count(*) AS size FROM bookings_review r JOIN bookings_booking b ON b.id = r.booking_id
        WHERE r.side = 'client' AND r.published_at IS NOT NULL AND r.hidden_at IS NULL AND b.state = 'COMPLETED'
        GROUP BY 1, 2),
    stored AS (
        SELECT s.builder_id, stars.rating, stars.size FROM bookings_starcount s
        CROSS JOIN LATERAL unnest(s.counts) WITH ORDINALITY AS stars (size, rating) WHERE stars.size <> 0)
    SELECT coalesce(counted.builder_id, stored.builder_id), coalesce(stored.size, 0), coalesce(counted.size, 0)
    FROM counted FULL JOIN stored ON stored.builder_id = counted.builder_id AND stored.rating = counted.rating
    WHERE counted.size IS DISTINCT FROM stored.size
"""
TOLERANCE = timedelta(minutes=15)


def times(now: datetime) -> Iterator[str]:
    for (reference,) in _rows(WRONG_TIMES):
        yield f"{reference} is at another time than the one it has taken"


def seats(now: datetime) -> Iterator[str]:
    for (reference,) in _rows(TIME_NOT_TAKEN):
        yield f"{reference} is live, and its time is not taken"
    for (reference,) in _rows(TIME_NOT_FREED):
        yield f"{reference} is cancelled, and still takes its time"


def conflicts(now: datetime) -> Iterator[str]:
    """Yields sessions from Calendly that overlap another one, until their builder has moved or cancelled one of them."""
    for booking in Booking.objects.filter(has_conflict=True, state__in=LIVE, ends_at__gt=now):
        yield f"{booking.reference} was booked on Calendly at a time that was taken"


def events(now: datetime) -> Iterator[str]:
    for reference, state, last_state in _rows(WRONG_LAST_EVENT):
        yield f"{reference} is {state}, and its last event says {last_state or 'nothing'}"


def overdue(now: datetime) -> Iterator[str]:
    """Yields bookings whose due change was not applied: the scheduler does not run, or the change fails."""
    for booking in Booking.objects.filter(state=State.PENDING, answer_by__lt=now - TOLERANCE):
        yield f"{booking.reference} should have ended unanswered"
    for booking in Booking.objects.filter(state=State.CONFIRMED, starts_at__lt=now - TOLERANCE):
        yield f"{booking.reference} should have begun"


def reminders(now: datetime) -> Iterator[str]:
    for event, reference in _rows(STALE_REMINDERS):
        yield f"{event} waits, and {reference} is no longer what it reminds of"


def offers(now: datetime) -> Iterator[str]:
    for (identity,) in _rows(OFFERS_WITHOUT_HOLD):
        yield f"offer {identity} stands, and its time is not held"


def session_plans(now: datetime) -> Iterator[str]:
    for (identity,) in _rows(PLANS_PARTLY_HELD):
        yield f"plan {identity} is held, and one of its times is not"
    for (identity,) in _rows(PLANS_PARTLY_BOOKED):
        yield f"plan {identity} is booked, and has another number of bookings"
    for seat, plan in _rows(SEATS_WITHOUT_PLAN):
        yield f"seat {seat} is held for plan {plan}, which has no session there"


def payments(now: datetime) -> Iterator[str]:
    for reference, amount, currency in _rows(WRONG_AMOUNTS):
        yield f"{reference} has a payment of {amount} {currency}, which is not what it owes to its builder"


def stars(now: datetime) -> Iterator[str]:
    for builder, stored, counted in _rows(WRONG_STARS):
        yield f"builder {builder} has {counted} reviews with a number of stars, and {stored} are stored"


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
