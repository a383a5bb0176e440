"""Adds up the figures of the whole place by day, so that a page over a million bookings reads sums instead of bookings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from insights.definitions import FIGURES
from insights.models import DailyFigureRun
from insights.scopes import InsightScope
from pathways.models import Pathway

KEPT = timedelta(days=1500)  # two periods of two years
ADD_UP = """
INSERT INTO insights_dailyfigure (day, pathway_id, name, key, amount)
SELECT (at AT TIME ZONE 'UTC')::date, %(pathway)s, %(name)s, key, sum(amount) FROM ({facts}) AS facts
GROUP BY 1, 4
"""


def add_up(now: datetime) -> None:
    """Writes the sums of all days before today again, since bookings change after their day: they are completed, disputed
    or cancelled later. Readers see the former sums until all are written."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('insights.add_up'))")
        cursor.execute("DELETE FROM insights_dailyfigure")
        for pathway in [None, *Pathway.objects.values_list("pk", flat=True)]:
            # As a builder's scope without a builder: over all bookings, one pass finds the session before each.
            scope = InsightScope("UTC", pathway=pathway)
            for figure in FIGURES.values():
                facts = scope.narrowed(figure.facts)
                parameters = scope.parameters(today - KEPT, today) | {"name": figure.name}
                cursor.execute(ADD_UP.replace("{facts}", facts), parameters)
        DailyFigureRun.objects.all().delete()
        DailyFigureRun.objects.create(until=today.date(), finished_at=now)
