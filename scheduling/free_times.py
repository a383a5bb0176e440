"""Stores when each session type can begin in the next fourteen days, as runs, for cards and searches, which cannot run
the slot engine a thousand times. Refreshed after each change, and nightly for all builders."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from coaching import terms
from coaching.models import Offer, SessionType
from coaching.quotes import offered_minutes, quote
from core import clock, live, outbox
from core.ids import uuid7
from core.models import OutboxMessage
from scheduling import loading
from scheduling.intervals import instant
from scheduling.loading import BuilderHours, Busy
from scheduling.models import FreeTimes, OfferedDay
from scheduling.signals import free_times_changed
from scheduling.slots import Kind, open_seconds, start_runs

TOPIC = "times"  # of a builder; everybody may subscribe to it
CHANNEL = "free_times"
DAYS = 14
BATCH = 500
# A third of the time of a refresh would go into preparing the values of each row for `bulk_create`.
SAVE = """
    INSERT INTO scheduling_freetimes (session_type_id, builder_id, runs, step, minutes, notice, open_minutes, price_from,
        currency, computed_at)
    SELECT *, %s FROM json_to_recordset(%s) AS fresh (session_type_id uuid, builder_id uuid, runs bigint[], step integer,
        minutes smallint, notice integer, open_minutes integer, price_from numeric, currency text)
    ON CONFLICT (session_type_id) DO UPDATE SET (runs, step, minutes, notice, open_minutes, price_from, currency, computed_at)
        = (excluded.runs, excluded.step, excluded.minutes, excluded.notice, excluded.open_minutes, excluded.price_from,
           excluded.currency, excluded.computed_at)
"""


def refresh_soon(builder: UUID) -> None:
    """Notifies open pages and refreshes the free times after commit, once per transaction.

    A failed refresh is logged; the nightly refresh makes up for it.
    """
    name = f"free times of {builder}"
    if any(getattr(entry[1], "__name__", "") == name for entry in connection.run_on_commit):
        return

    def work() -> None:
        live.publish(f"{TOPIC}:{builder}", "change")
        refresh([builder])

    work.__name__ = name
    transaction.on_commit(work, robust=True)


def queue_refresh(builder: UUID) -> None:
    """Does what `refresh_soon` does, but a worker refreshes, so that nobody who holds or books a time waits for it."""
    name = f"times of {builder}"
    if any(getattr(entry[1], "__name__", "") == name for entry in connection.run_on_commit):
        return

    def work() -> None:
        live.publish(f"{TOPIC}:{builder}", "change")

    work.__name__ = name
    transaction.on_commit(work, robust=True)
    outbox.put(event=f"free times:{uuid7()}", channel=CHANNEL, recipient=str(builder), payload={})


def deliver(message: OutboxMessage) -> None:
    """Refreshes the free times of the builder whom the message names. Called by the outbox."""
    refresh([UUID(message.recipient)])


def refresh(builders: Sequence[UUID]) -> int:
    """Computes and saves the free times of these builders. Returns how many session types they have. Eight queries,
    and one for what listens to the signal."""
    now = clock.now()
    types = list(SessionType.objects.filter(builder__in=builders, is_active=True).prefetch_related("durations"))
    offers = terms.offers_of(builders)
    at = int(now.timestamp())
    window = (at, at + DAYS * 86_400)
    hours = loading.load_hours(builders, window)
    shortest = min((session_type.default_minutes for session_type in types), default=0)
    busy = loading.load_taken(builders, window, now, shortest=shortest)
    rows = [
        _compute(
            session_type,
            offers[session_type.builder_id],
            hours[session_type.builder_id],
            busy[session_type.builder_id],
            window,
        )
        for session_type in types
    ]
    with connection.cursor() as cursor:
        cursor.execute(SAVE, [now, json.dumps(rows, default=str)])
    FreeTimes.objects.filter(builder__in=builders).exclude(session_type__in=types).delete()
    free_times_changed.send(FreeTimes, builders=list(builders))
    return len(rows)


def in_batches(builders: Iterable[UUID], size: int = BATCH) -> Iterable[list[UUID]]:
    iterator = iter(builders)
    while batch := list(islice(iterator, size)):
        yield batch


def _compute(
    session_type: SessionType,
    offer: Offer,
    hours: BuilderHours,
    busy: list[Busy],
    window: tuple[int, int],
) -> dict[str, Any]:
    """Returns the row with the free times of a session type. Its notice is applied on reading, since it moves with the
    clock."""
    session_terms = terms.terms_of(session_type, offer)
    prices = [
        price.total.amount for minutes in offered_minutes(session_terms) if (price := quote(session_terms, minutes))
    ]
    wanted = loading.wanted(session_type, session_type.default_minutes)
    calendar = hours.calendar_for(session_type.pk)
    notice = wanted.limits.over(calendar.usual.limits).notice or 0
    at_any_notice = replace(wanted, limits=replace(wanted.limits, notice=0))
    taken = loading.for_engine(busy, "", session_type.pk)
    runs = [run for run in start_runs(calendar, taken, at_any_notice, window, window[0]) if run] if prices else []
    return {
        "session_type_id": session_type.pk,
        "builder_id": session_type.builder_id,
        "runs": [edge for run in runs for edge in (run[0], run[-1])],
        "step": (wanted.step or wanted.minutes) * 60,
        "minutes": wanted.minutes,
        "notice": notice * 60,
        "open_minutes": open_seconds(calendar, window) // 60,
        "price_from": min(prices, default=None),
        "currency": offer.currency,
    }


def keep_offered_days(now: datetime) -> int:
    """Saves how many minutes were open yesterday, for builders whose local day has ended. In batches."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.builder_id, (%(now)s AT TIME ZONE s.timezone)::date - 1 FROM scheduling_schedule s
            WHERE s.is_default AND NOT EXISTS (
                SELECT 1 FROM scheduling_offeredday d
                WHERE d.builder_id = s.builder_id AND d.date = (%(now)s AT TIME ZONE s.timezone)::date - 1)
            """,
            {"now": now},
        )
        due = dict(cursor.fetchall())
    for batch in in_batches(due):
        days = {builder: due[builder] for builder in batch}
        middle = int(now.timestamp())
        window = (middle - 3 * 86_400, middle)
        hours = loading.load_hours(batch, window)
        busy = loading.load_taken(batch, window, now)
        OfferedDay.objects.bulk_create(
            [
                OfferedDay(builder_id=builder, date=day, minutes=_open_minutes(hours[builder], busy[builder], day))
                for builder, day in days.items()
            ],
            ignore_conflicts=True,
        )
    return len(due)


def _open_minutes(hours: BuilderHours, busy: list[Busy], day: date) -> int:
    calendar = hours.calendar_for(None)
    zone = calendar.plan_on(day).zone
    start, end = instant(day, 0, zone), instant(day + timedelta(days=1), 0, zone)
    off = sum(
        max(0, open_seconds(calendar, (max(start, entry.taken.start), min(end, entry.taken.end))))
        for entry in busy
        if entry.taken.kind is Kind.TIME_OFF and entry.taken.start < end and entry.taken.end > start
    )
    return max(0, open_seconds(calendar, (start, end)) - off) // 60
