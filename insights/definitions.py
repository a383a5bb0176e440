"""What each figure counts: its definition in words, and the SQL of the facts that it adds up.

A fact is a row of `at`, `key` and `amount`; a figure is the sum of the amounts by key, over the facts of a period. So the
same statement serves a builder, the whole place, and the sums of each day that are kept for it.

In the statements, `{booking}`, `{review}`, `{attempt}`, `{day}` and `{demand}` stand for the conditions on the rows of a scope
(`scopes.py`). Times are limited to `%(start)s` and `%(end)s`; `%(zone)s` is the time zone whose days and hours count. `date_part`
is used since it is quicker than `extract`, which computes in decimal numbers. The figures of a builder's bookings are added up
by `own_sums.py` instead, in one pass.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure: its name, what it counts, and the statement of its facts."""

    name: str
    definition: str
    facts: str


CONFIRMED = "b.state IN ('CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'DISPUTED')"
TOOK_PLACE = "b.state IN ('IN_PROGRESS', 'COMPLETED', 'DISPUTED')"
COMPLETED = "b.state = 'COMPLETED'"
CANCELLED = "(b.state = 'CANCELLED' AND b.confirmed_at IS NOT NULL)"
NO_SHOW = "(b.no_show_by = 'client' AND (b.contested_at IS NULL OR b.upheld_at IS NOT NULL))"
IN_PERIOD = "b.starts_at >= %(start)s AND b.starts_at < %(end)s"
MINUTES = "(date_part('epoch', b.ends_at - b.starts_at) / 60)::int"


def _bookings(condition: str, key: str = "''", amount: str = "1") -> str:
    return f"""SELECT b.starts_at AS at, {key} AS key, ({amount})::numeric AS amount FROM bookings_booking b
        WHERE {{booking}} AND {IN_PERIOD} AND {condition}"""


def _minutes_of_times(condition: str, more: str = "") -> str:
    """Returns the minutes of a builder's times, so that a group counts once."""
    return f"""SELECT b.starts_at AS at, '' AS key, max({MINUTES})::numeric AS amount
        FROM bookings_booking b{more}
        WHERE {{booking}} AND {IN_PERIOD} AND {condition} GROUP BY b.builder_id, b.starts_at"""


# With the client's session before: a look-up for each booking.
VISITS = """SELECT b.starts_at AS at, coalesce(((
        SELECT max(p.starts_at) FROM bookings_booking p
        WHERE (p.client_id = b.client_id OR b.client_id IS NULL AND p.client_id IS NULL AND p.guest_id = b.guest_id)
            AND p.state = 'COMPLETED' AND (p.starts_at, p.id) < (b.starts_at, b.id) AND {earlier}
    ) AT TIME ZONE %(zone)s)::date::text, '') AS key, 1::numeric AS amount
    FROM bookings_booking b WHERE {booking} AND b.state = 'COMPLETED'
        AND b.starts_at >= %(start)s AND b.starts_at < %(end)s"""

FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure(
            "sessions",
            "Sessions that begin in the period and are confirmed, under way, completed or in dispute. Each seat of a group "
            "counts. Bookings that were never paid, or whose guest never confirmed their address, count nowhere.",
            _bookings(CONFIRMED),
        ),
        Figure("completed", "Sessions that are completed.", _bookings(COMPLETED)),
        Figure(
            "cancelled",
            "Sessions that were confirmed and then cancelled, by whichever side, by the day on which they would have begun.",
            _bookings(CANCELLED),
        ),
        Figure(
            "no_shows",
            "Sessions to which the client did not come, as the builder reported and the client has not contested, or support has "
            "upheld.",
            _bookings(NO_SHOW),
        ),
        Figure(
            "minutes",
            "The minutes of completed sessions; a group counts once.",
            _minutes_of_times(COMPLETED),
        ),
        Figure(
            "booked",
            "The minutes of sessions that took place, on days whose open hours are known; a group counts once.",
            _minutes_of_times(
                TOOK_PLACE,
                """ JOIN scheduling_offeredday d ON d.builder_id = b.builder_id
                AND d.date = (b.starts_at AT TIME ZONE {zone})::date""",
            ),
        ),
        Figure(
            "offered",
            "The minutes that were open for booking, kept for each day when it has ended, without time off.",
            """SELECT d.date::timestamp AT TIME ZONE %(zone)s AS at, '' AS key, d.minutes::numeric AS amount
            FROM scheduling_offeredday d WHERE {day}
                AND d.date >= (%(start)s AT TIME ZONE %(zone)s)::date AND d.date < (%(end)s AT TIME ZONE %(zone)s)::date""",
        ),
        Figure(
            "value",
            "What completed sessions cost, by currency. Free sessions are left out.",
            _bookings("b.state = 'COMPLETED' AND b.total > 0", "b.currency", "b.total"),
        ),
        Figure(
            "paid",
            "Completed sessions that cost something, by currency.",
            _bookings("b.state = 'COMPLETED' AND b.total > 0", "b.currency"),
        ),
        Figure(
            "income",
            "What completed sessions cost, and the fees of cancelled ones, by currency: before Waymark's fee, refunds and what "
            "other builders have of it.",
            _bookings(
                "(b.state = 'COMPLETED' AND b.total > 0 OR b.state = 'CANCELLED' AND b.cancel_fee > 0)",
                "b.currency",
                "CASE WHEN b.state = 'COMPLETED' THEN b.total ELSE b.cancel_fee END",
            ),
        ),
        Figure(
            "clients",
            "Clients with a completed session in the period: new ones, for whom the first session they completed is in it, and "
            "returning ones, who completed one before.",
            VISITS,
        ),
        Figure(
            "notice",
            "Whole days from the booking to the beginning of the session, of confirmed sessions.",
            _bookings(
                CONFIRMED, "greatest(0, floor(date_part('epoch', b.starts_at - b.created_at) / 86400))::int::text"
            ),
        ),
        Figure(
            "answers",
            "Minutes from a request to the builder's answer, of requests of the period that the builder answered; above an hour "
            "in quarters of an hour.",
            """SELECT b.created_at AS at, (CASE WHEN waited.minutes <= 60 THEN waited.minutes
                ELSE (waited.minutes / 15) * 15 END)::text AS key, 1::numeric AS amount
            FROM bookings_booking b
            CROSS JOIN LATERAL (SELECT floor(date_part('epoch', b.answered_at - b.created_at) / 60)::int AS minutes) AS waited
            WHERE {booking} AND b.created_at >= %(start)s AND b.created_at < %(end)s AND b.answered_at IS NOT NULL""",
        ),
        Figure(
            "stars",
            "Stars of the clients' reviews that were published in the period and are public.",
            """SELECT r.published_at AS at, r.rating::text AS key, 1::numeric AS amount
            FROM bookings_review r JOIN bookings_booking b ON b.id = r.booking_id
            WHERE {booking} AND {review} AND r.side = 'client' AND r.published_at >= %(start)s AND r.published_at < %(end)s
                AND r.hidden_at IS NULL AND b.state = 'COMPLETED'""",
        ),
        Figure(
            "hours",
            "Confirmed sessions by the weekday and the hour at which they begin, on the clock of the time zone.",
            _bookings(
                CONFIRMED,
                """(date_part('isodow', b.starts_at AT TIME ZONE %(zone)s) - 1)::int
                || ' ' || date_part('hour', b.starts_at AT TIME ZONE %(zone)s)::int""",
            ),
        ),
        Figure("lengths", "Confirmed sessions by their length in minutes.", _bookings(CONFIRMED, f"{MINUTES}::text")),
        Figure(
            "origins",
            "Confirmed sessions by what brought the client: the utm_source of the link that they followed last within 30 days, "
            "a short link, or a page of another site that shows the times.",
            _bookings(CONFIRMED, "b.came_by || ' ' || lower(b.utm_source)"),
        ),
        Figure(
            "causes",
            "Cancelled sessions by who cancelled and the cause that they chose.",
            _bookings(CANCELLED, "b.cancelled_by || ' ' || b.cancel_cause"),
        ),
        Figure(
            "steps",
            "People who tried to book: a person counts once a day for each session type. The steps are in the order in which "
            "they come; who booked has taken all of them. Attempts of the period, by the time of their first step.",
            """SELECT a.started_at AS at, a.session_type_id || ' ' || step.name AS key, 1::numeric AS amount
            FROM bookings_bookingattempt a
            CROSS JOIN LATERAL (VALUES ('started', true),
                ('details', a.details_at IS NOT NULL OR a.completed_at IS NOT NULL),
                ('completed', a.completed_at IS NOT NULL)) AS step (name, is_reached)
            WHERE {attempt} AND a.started_at >= %(start)s AND a.started_at < %(end)s AND step.is_reached""",
        ),
        Figure(
            "refusals",
            "People who were refused and did not book on that day, by the code of the last refusal.",
            """SELECT a.started_at AS at, a.reason AS key, 1::numeric AS amount FROM bookings_bookingattempt a
            WHERE {attempt} AND a.started_at >= %(start)s AND a.started_at < %(end)s
                AND a.reason <> '' AND a.completed_at IS NULL""",
        ),
        Figure(
            "unmet",
            "People who looked and found nothing: searches without results for a service, and places on a waiting list whose "
            "days went by without an offer. A person counts once a day for the same search.",
            """SELECT d.day::timestamp AT TIME ZONE %(zone)s AS at, d.kind || ' ' || d.service AS key, d.count::numeric AS amount
            FROM core_demandevent d WHERE {demand}
                AND d.day >= (%(start)s AT TIME ZONE %(zone)s)::date AND d.day < (%(end)s AT TIME ZONE %(zone)s)::date""",
        ),
        Figure(
            "by_pathway",
            "Bookings of the period by pathway: all that were not cancelled, those that are completed, and what these cost.",
            f"""SELECT b.starts_at AS at, coalesce(p.slug, '') || ' ' || part.name AS key, part.amount
            FROM bookings_booking b LEFT JOIN pathways_pathway p ON p.id = b.pathway_id
            CROSS JOIN LATERAL (VALUES ('count', 1::numeric, b.state <> 'CANCELLED'),
                ('completed', 1::numeric, b.state = 'COMPLETED'),
                (b.currency, b.total, b.state = 'COMPLETED' AND b.total > 0)) AS part (name, amount, counts)
            WHERE {{booking}} AND {IN_PERIOD} AND part.counts""",
        ),
        Figure(
            "towns",
            "Confirmed sessions by the town that their builder gave.",
            f"""SELECT b.starts_at AS at, place.name AS key, 1::numeric AS amount
            FROM bookings_booking b JOIN accounts_user u ON u.id = b.builder_id JOIN accounts_place place ON place.id = u.place_id
            WHERE {{booking}} AND {IN_PERIOD} AND {CONFIRMED}""",
        ),
        Figure(
            "services",
            "Confirmed sessions by the service of their session type.",
            f"""SELECT b.starts_at AS at, kind.service_id AS key, 1::numeric AS amount
            FROM bookings_booking b JOIN coaching_sessiontype kind ON kind.id = b.session_type_id AND kind.service_id IS NOT NULL
            WHERE {{booking}} AND {IN_PERIOD} AND {CONFIRMED}""",
        ),
    )
}
# Of the whole place only.
OPERATORS_ONLY = frozenset({"towns", "services"})
# Those that are shown beside the period before; the others are counted for the period alone.
COMPARED = frozenset({
    "sessions", "completed", "cancelled", "no_shows", "minutes", "booked", "offered", "value", "paid", "income", "clients",
    "notice", "answers", "stars",
})  # fmt: skip
