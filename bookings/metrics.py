"""Metrics about bookings for /metrics, each with its query."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import Metric

from core.metrics import counter, gauge


def metrics() -> Iterator[Metric]:
    yield counter(
        "booking_steps", "How far people got in the booking wizard.", ["channel", "step", "reason"],
        "SELECT channel, step, reason, sum(count) FROM bookings_stepcount GROUP BY 1, 2, 3",
    )  # fmt: skip
    yield gauge("bookings", "Bookings by state.", ["state"], "SELECT state, count(*) FROM bookings_booking GROUP BY 1")
    yield counter(
        "booking_events", "Events of bookings.", ["verb", "side"],
        "SELECT verb, side, count(*) FROM bookings_bookingevent GROUP BY 1, 2",
    )  # fmt: skip
    yield counter(
        "booking_value", "Value of completed sessions.", ["currency"],
        "SELECT currency, sum(total) FROM bookings_booking WHERE state = 'COMPLETED' GROUP BY 1",
    )  # fmt: skip
    yield counter(
        "booking_value_count", "How many completed sessions the worth is of.", ["currency"],
        "SELECT currency, count(*) FROM bookings_booking WHERE state = 'COMPLETED' GROUP BY 1",
    )  # fmt: skip
    yield gauge(
        "booking_lengths", "Active and completed bookings by length in minutes.", ["minutes"],
        """SELECT (extract(epoch FROM ends_at - starts_at) / 60)::int, count(*) FROM bookings_booking
        WHERE state <> 'CANCELLED' GROUP BY 1""",
    )  # fmt: skip
    yield gauge(
        "minutes_of_the_last_30_days", "Offered and booked minutes of past days.", ["kind"],
        """SELECT 'offered', coalesce(sum(minutes), 0) FROM scheduling_offeredday WHERE date >= current_date - 30
        UNION ALL
        SELECT 'booked', coalesce(sum(extract(epoch FROM ends_at - starts_at) / 60), 0) FROM bookings_booking
        WHERE state IN ('IN_PROGRESS', 'COMPLETED', 'DISPUTED')
          AND starts_at >= current_date - 30 AND starts_at < current_date""",
    )  # fmt: skip
    yield gauge(
        "waiting_places", "Entries on waiting lists.", [],
        "SELECT count(*) FROM bookings_place WHERE ended_at IS NULL",
    )  # fmt: skip
    yield counter(
        "waiting_offers", "Times that were offered to waiting lists.", ["state"],
        "SELECT state, count(*) FROM bookings_offered GROUP BY 1",
    )  # fmt: skip
    yield gauge(
        "reviews", "Published reviews.", ["side", "stars"],
        "SELECT side, rating, count(*) FROM bookings_review WHERE published_at IS NOT NULL GROUP BY 1, 2",
    )  # fmt: skip
