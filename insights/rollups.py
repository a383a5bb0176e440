"""Adds up the figures of the whole place by day, so that a page over a million bookings reads sums instead of bookings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction

from insights.definitions import FIGURES
from insights.kinds import CONDITIONS
from insights.models import DailyFigure, DailyFigureRun
from insights.scopes import InsightScope
from pathways.models import Pathway

KEPT = timedelta(days=1500)  # two periods of two years
PART = timedelta(days=100)  # the days that are written in one transaction
RECENT = timedelta(days=100)  # most bookings change within them, so they are written again every night
NIGHTS = 7  # in which all earlier days are written again
ADD_UP = """
INSERT INTO insights_dailyfigure (day, pathway_id, kind, name, key, amount)
SELECT (at AT TIME ZONE 'UTC')::date, %(pathway)s, %(kind)s, %(name)s, key, sum(amount) FROM ({facts}) AS facts
GROUP BY 1, 5
"""


def add_up(now: datetime) -> None:
    """Writes the sums of the days that are not in them yet, then those of recent days and of a seventh of the earlier ones
    again, since bookings change after their day: they are completed, disputed or cancelled later. A run that is stopped
    goes on where it was."""
    today = now.astimezone(UTC).date()
    first = today - KEPT
    written = DailyFigureRun.objects.values_list("until", flat=True).first() or first
    DailyFigure.objects.filter(day__lt=first).delete()
    for start, end in _parts(max(first, written), today):
        _write(start, end, until=end, now=now)
    for start, end in reversed(list(_parts(first, min(written, today)))):
        if end > today - RECENT or start.toordinal() // PART.days % NIGHTS == today.toordinal() % NIGHTS:
            _write(start, end, until=today, now=now)


def _parts(first: date, end: date) -> Iterator[tuple[date, date]]:
    """Yields the days from `first` to `end`, without it, in parts that begin on the same days every night."""
    while first < end:
        following = min(end, date.fromordinal((first.toordinal() // PART.days + 1) * PART.days))
        yield first, following
        first = following


def _scopes() -> list[InsightScope]:
    """Returns the whole place, each pathway and each kind of session. One query."""
    pathways = [InsightScope("UTC", pathway=key) for key in Pathway.objects.values_list("pk", flat=True)]
    return [InsightScope("UTC"), *pathways, *(InsightScope("UTC", kind=kind) for kind in CONDITIONS)]


def _write(start: date, end: date, *, until: date, now: datetime) -> None:
    """Writes the sums of these days again. Readers see the former ones until all of them are written."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('insights.add_up'))")
        DailyFigure.objects.filter(day__gte=start, day__lt=end).delete()
        span = [datetime.combine(day, time(), UTC) for day in (start, end)]
        for scope in _scopes():
            for figure in FIGURES.values():
                parameters = scope.parameters(span[0], span[1]) | {"name": figure.name}
                cursor.execute(ADD_UP.replace("{facts}", scope.facts(figure)), parameters)
        DailyFigureRun.objects.all().delete()
        DailyFigureRun.objects.create(until=until, finished_at=now)
