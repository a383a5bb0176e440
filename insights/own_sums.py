"""The sums of a builder's bookings, read in one pass: a pass for each figure takes three times as long.

Bookings that count alike are put into groups first, of which there are few, and the figures add these up. What counts is said
in `definitions.py`, whose conditions are used here. Each part is a statement of the rows that `figures.py` reads.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from insights.definitions import (
    CANCELLED,
    COMPARED,
    COMPLETED,
    CONFIRMED,
    IN_PERIOD,
    NO_SHOW,
    TOOK_PLACE,
)

STEP = "date_trunc(%(step)s, local + CASE WHEN is_current THEN interval '0' ELSE %(apart)s END)::date"
OWN = f"""WITH own AS MATERIALIZED (
    SELECT b.starts_at, b.starts_at >= %(split)s AS is_current, b.starts_at AT TIME ZONE %(zone)s AS local,
        b.ends_at - b.starts_at AS length, b.starts_at - b.created_at AS notice, b.currency, b.total, b.pathway_id,
        {CONFIRMED} AS is_confirmed, {TOOK_PLACE} AS took_place, {COMPLETED} AS is_completed, {CANCELLED} AS is_cancelled,
        {NO_SHOW} AS is_no_show, b.state <> 'CANCELLED' AS is_kept,
        CASE WHEN b.state = 'CANCELLED' THEN b.cancel_fee ELSE 0 END AS fee, b.cancelled_by, b.cancel_cause, b.came_by,
        b.utm_source
    FROM bookings_booking b
    WHERE {{booking}} AND {IN_PERIOD} AND (b.starts_at >= %(split)s OR b.starts_at < %(previous_end)s)),
alike AS MATERIALIZED (
    SELECT is_current, {STEP} AS step, currency, pathway_id, is_confirmed, is_completed, is_cancelled, is_no_show, is_kept,
        total > 0 AS is_paid, cancelled_by, cancel_cause, count(*) AS size, sum(total) AS total, sum(fee) AS fee
    FROM own GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
times AS MATERIALIZED (
    SELECT starts_at >= %(split)s AS is_current, min(local) AS local,
        max(date_part('epoch', length)) FILTER (WHERE is_completed) AS completed, max(date_part('epoch', length)) AS taken
    FROM own WHERE took_place GROUP BY starts_at),
visits AS MATERIALIZED (
    SELECT min(b.starts_at) FILTER (WHERE b.starts_at >= %(split)s) AS first,
        max(b.starts_at) FILTER (WHERE b.starts_at < %(split)s) AS before,
        min(b.starts_at) FILTER (WHERE b.starts_at >= %(start)s AND b.starts_at < %(previous_end)s) AS previous_first,
        max(b.starts_at) FILTER (WHERE b.starts_at < %(start)s) AS previous_before
    FROM bookings_booking b WHERE {{booking}} AND {COMPLETED} AND b.starts_at < %(end)s
    GROUP BY coalesce(b.client_id, b.guest_id)
    HAVING max(b.starts_at) >= %(start)s)
"""


def _groups(condition: str, key: str = "''", amount: str = "size") -> str:
    """Returns the rows of the groups that meet the condition."""
    return f"SELECT {{name}}, is_current, step, {key}, sum({amount}) FROM alike WHERE {condition} GROUP BY 2, 3, 4"


PARTS: Mapping[str, str] = {
    "sessions": _groups("is_confirmed"),
    "completed": _groups("is_completed"),
    "cancelled": _groups("is_cancelled"),
    "no_shows": _groups("is_no_show"),
    "value": _groups("is_completed AND is_paid", "currency", "total"),
    "paid": _groups("is_completed AND is_paid", "currency"),
    "income": _groups(
        "(is_completed AND is_paid OR fee > 0)", "currency", "CASE WHEN is_completed THEN total ELSE fee END"
    ),
    "causes": _groups("is_cancelled", "cancelled_by || ' ' || cancel_cause"),
    "by_pathway": """SELECT {name}, is_current, step, coalesce(p.slug, '') || ' ' || part.name, sum(part.amount)
        FROM alike LEFT JOIN pathways_pathway p ON p.id = pathway_id
        CROSS JOIN LATERAL (VALUES ('count', size, is_kept), ('completed', size, is_completed),
            (currency, alike.total, is_completed AND is_paid)) AS part (name, amount, counts)
        WHERE part.counts GROUP BY 2, 3, 4""",
    "notice": """SELECT {name}, is_current, NULL::date,
            greatest(0, floor(date_part('epoch', notice) / 86400))::int::text, sum(size)
        FROM (SELECT is_current, notice, count(*) AS size FROM own WHERE is_confirmed GROUP BY 1, 2) AS notices
        GROUP BY 2, 4""",
    "lengths": """SELECT {name}, is_current, NULL::date, (date_part('epoch', length) / 60)::int::text, count(*)
        FROM own WHERE is_confirmed GROUP BY is_current, length""",
    "origins": """SELECT {name}, is_current, NULL::date, came_by || ' ' || lower(utm_source), count(*)
        FROM own WHERE is_confirmed GROUP BY is_current, came_by, utm_source""",
    # Hours are counted from 1 January 1970, a Thursday.
    "hours": """SELECT {name}, is_current, NULL::date, (hour / 24 + 3) %% 7 || ' ' || hour %% 24, size
        FROM (SELECT is_current, date_part('epoch', local)::bigint / 3600 %% 168 AS hour, count(*) AS size
            FROM own WHERE is_confirmed GROUP BY 1, 2) AS hours""",
    "minutes": """SELECT {name}, is_current, NULL::date, '', sum(completed)::numeric / 60
        FROM times WHERE completed IS NOT NULL GROUP BY 2""",
    "booked": f"""SELECT {{name}}, is_current, {STEP}, '', sum(taken)::numeric / 60
        FROM times JOIN scheduling_offeredday d ON d.builder_id = %(builder)s AND d.date = local::date GROUP BY 2, 3""",
    # Only the first session of each client in a period, with the day of the one before it.
    "clients": """SELECT {name}, is_current, NULL::date, coalesce(day::text, ''), size FROM (
        SELECT visit.is_current, (visit.before AT TIME ZONE %(zone)s)::date AS day, count(*) AS size FROM visits
        CROSS JOIN LATERAL (VALUES (true, first, before), (false, previous_first, previous_before))
            AS visit (is_current, first, before)
        WHERE visit.first IS NOT NULL GROUP BY 1, 2) AS firsts""",
}


def parts_of(names: Collection[str]) -> list[str]:
    """Returns a statement for each of the figures; those that are not compared have rows of the period alone."""
    parts = []
    for name in names:
        part = PARTS[name].replace("{name}", f"'{name}'")
        parts.append(part if name in COMPARED else f"SELECT * FROM ({part}) AS {name} WHERE is_current")
    return parts
