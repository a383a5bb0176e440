"""Writes metrics, specialisations and listings, each in one SQL statement, for some builders or for all.

The statements can be repeated and can run at the same time: each row is computed from one snapshot of the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import BuilderProfile
from bookings.agreement.rules import DISPUTE_WITHIN
from core import clock, outbox
from core.models import OutboxMessage
from marketplace import next_starts
from marketplace.models import NO_RATE

CHANNEL = "listing"
BUCKET = 20  # seconds; changes within them are counted once
ON_TIME = timedelta(minutes=5)  # after the agreed start, a builder who comes is late
PRIOR_STARS, PRIOR_COUNT = 4.2, 10  # the average that the score assumes, and how many reviews it weighs

# The computed columns of a listing. A row is updated only if one of them has changed.
COLUMNS = (
    "slug", "name", "sort_name", "headline", "excerpt", "place", "timezone", "latitude", "longitude", "avatar",
    "calendly_url", "services", "service_names", "roles", "role_names", "skills", "skill_slugs", "pathways", "specialisations",
    "categories", "hourly_rate", "day_rate", "currency", "hourly_dollars", "rating", "review_count", "score",
    "completed_sessions", "is_verified", "is_featured", "is_listed", "languages", "formats", "search", "words",
)  # fmt: skip

UPDATE_IF_CHANGED = f"""
ON CONFLICT (builder_id) DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in COLUMNS)},
    version = marketplace_builderlisting.version + 1, refreshed_at = excluded.refreshed_at
WHERE ({", ".join(f"marketplace_builderlisting.{column}" for column in COLUMNS)})
    IS DISTINCT FROM ({", ".join(f"excluded.{column}" for column in COLUMNS)})
"""

# Sessions that a builder booked for a client without asking (`unasked`) count once the client has accepted or chosen a
# time for them, or once they are completed and the client has written a review or let the time for a dispute pass.
METRICS = """
WITH wanted AS (SELECT user_id AS id FROM accounts_builderprofile WHERE %(all)s OR user_id = ANY(%(ids)s)),
unasked AS (
    SELECT b.id FROM bookings_booking b JOIN wanted ON wanted.id = b.builder_id
    JOIN bookings_bookingevent made ON made.booking_id = b.id
        AND made.verb = 'request' AND made.side = 'builder' AND made.after = 'CONFIRMED'
    WHERE b.starts_at > %(now)s - interval '365 days'
        AND NOT EXISTS (SELECT 1 FROM bookings_bookingevent agreed WHERE agreed.booking_id = b.id
            AND agreed.side = 'client' AND agreed.verb IN ('accept', 'reschedule'))
        AND (b.state <> 'COMPLETED' OR b.completed_at > %(now)s - %(objection)s
            AND NOT EXISTS (SELECT 1 FROM bookings_review review WHERE review.booking_id = b.id AND review.side = 'client'))),
year AS (
    SELECT b.builder_id, b.client_id, b.state, b.confirmed_at, b.cancelled_by,
           extract(epoch FROM b.ends_at - b.starts_at) / 60 AS minutes
    FROM bookings_booking b JOIN wanted ON wanted.id = b.builder_id
    WHERE b.starts_at > %(now)s - interval '365 days' AND b.id NOT IN (SELECT id FROM unasked)),
counted AS (
    SELECT builder_id, count(*) AS total,
        count(*) FILTER (WHERE state = 'COMPLETED') AS completed,
        count(*) FILTER (WHERE state IN ('COMPLETED', 'DISPUTED')
                         OR state = 'CANCELLED' AND confirmed_at IS NOT NULL) AS ended,
        count(*) FILTER (WHERE confirmed_at IS NOT NULL) AS confirmed,
        count(*) FILTER (WHERE confirmed_at IS NOT NULL AND cancelled_by = 'builder') AS cancelled,
        round(avg(minutes) FILTER (WHERE state = 'COMPLETED')) AS minutes
    FROM year GROUP BY builder_id),
regulars AS (
    SELECT builder_id, count(*) AS clients, count(*) FILTER (WHERE times > 1) AS again
    FROM (SELECT builder_id, client_id, count(*) AS times FROM year
          WHERE state = 'COMPLETED' AND client_id IS NOT NULL GROUP BY builder_id, client_id) AS pairs
    GROUP BY builder_id),
punctual AS (
    SELECT b.builder_id, count(*) AS known,
        count(*) FILTER (WHERE coalesce(m.host_joined_at, m.started_at) <= b.starts_at + %(late)s) AS on_time
    FROM bookings_booking b JOIN wanted ON wanted.id = b.builder_id JOIN bookings_meeting m ON m.id = b.meeting_id
    WHERE b.starts_at > %(now)s - interval '365 days' AND b.state IN ('COMPLETED', 'DISPUTED')
        AND coalesce(m.host_joined_at, m.started_at) IS NOT NULL AND b.id NOT IN (SELECT id FROM unasked)
    GROUP BY b.builder_id),
stars AS (
    SELECT s.builder_id, sum(given.size * given.stars) AS stars, sum(given.size) AS reviews
    FROM bookings_starcount s JOIN wanted ON wanted.id = s.builder_id
    CROSS JOIN LATERAL unnest(s.counts) WITH ORDINALITY AS given (size, stars) GROUP BY 1),
answered AS (
    SELECT b.builder_id, count(*) AS answers,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM b.answered_at - b.created_at) / 60) AS minutes
    FROM bookings_booking b JOIN wanted ON wanted.id = b.builder_id
    WHERE b.answered_at IS NOT NULL AND b.created_at > %(now)s - interval '90 days'
    GROUP BY b.builder_id)
INSERT INTO marketplace_buildermetrics (builder_id, total_sessions, completed_sessions, ended_sessions, confirmed_sessions,
    cancelled_by_builder, average_duration, rating_sum, review_count, response_minutes, answers, clients, repeat_clients, known_starts, starts_on_time,
    computed_at)
SELECT wanted.id, coalesce(c.total, 0), coalesce(c.completed, 0), coalesce(c.ended, 0), coalesce(c.confirmed, 0),
    coalesce(c.cancelled, 0), c.minutes, coalesce(s.stars, 0), coalesce(s.reviews, 0), round(a.minutes), coalesce(a.answers, 0),
    coalesce(r.clients, 0), coalesce(r.again, 0), coalesce(p.known, 0), coalesce(p.on_time, 0),
    %(now)s
FROM wanted
LEFT JOIN counted c ON c.builder_id = wanted.id LEFT JOIN regulars r ON r.builder_id = wanted.id
LEFT JOIN stars s ON s.builder_id = wanted.id LEFT JOIN answered a ON a.builder_id = wanted.id
LEFT JOIN punctual p ON p.builder_id = wanted.id
ON CONFLICT (builder_id) DO UPDATE SET total_sessions = excluded.total_sessions,
    completed_sessions = excluded.completed_sessions, ended_sessions = excluded.ended_sessions,
    confirmed_sessions = excluded.confirmed_sessions, cancelled_by_builder = excluded.cancelled_by_builder,
    average_duration = excluded.average_duration, rating_sum = excluded.rating_sum, review_count = excluded.review_count,
    response_minutes = excluded.response_minutes, answers = excluded.answers, clients = excluded.clients,
    repeat_clients = excluded.repeat_clients, known_starts = excluded.known_starts,
    starts_on_time = excluded.starts_on_time, computed_at = excluded.computed_at
"""

SPECIALISATIONS = """
WITH wanted AS (SELECT user_id AS id FROM accounts_builderprofile WHERE %(all)s OR user_id = ANY(%(ids)s)),
offered AS (
    SELECT DISTINCT kind.builder_id, link.pathway_id FROM coaching_sessiontype kind
    JOIN coaching_sessiontype_pathways link ON link.sessiontype_id = kind.id
    JOIN wanted ON wanted.id = kind.builder_id WHERE kind.is_active),
led AS (
    SELECT e.builder_id, e.pathway_id,
        count(*) FILTER (WHERE e.status = 'ACTIVE') AS active,
        count(*) FILTER (WHERE e.status = 'COMPLETED') AS completed,
        count(*) FILTER (WHERE e.status <> 'COMPLETED' AND greatest(e.changed_at, moved.at) < %(now)s - interval '90 days') AS gone
    FROM pathways_enrolment e JOIN wanted ON wanted.id = e.builder_id
    LEFT JOIN LATERAL (SELECT max(p.changed_at) AS at FROM pathways_progress p
        JOIN pathways_skill_pathways s ON s.skill_id = p.skill_id AND s.pathway_id = e.pathway_id
        WHERE p.client_id = e.client_id) AS moved ON true
    GROUP BY e.builder_id, e.pathway_id)
INSERT INTO marketplace_specialisation (builder_id, pathway_id, is_active, active_clients, completed_clients, left_clients, created_at, changed_at)
SELECT coalesce(o.builder_id, l.builder_id), coalesce(o.pathway_id, l.pathway_id), true,
    coalesce(l.active, 0), coalesce(l.completed, 0), coalesce(l.gone, 0), %(now)s, %(now)s
FROM offered o FULL JOIN led l ON l.builder_id = o.builder_id AND l.pathway_id = o.pathway_id
ON CONFLICT (builder_id, pathway_id) DO UPDATE SET active_clients = excluded.active_clients,
    completed_clients = excluded.completed_clients, left_clients = excluded.left_clients, changed_at = excluded.changed_at
WHERE (marketplace_specialisation.active_clients, marketplace_specialisation.completed_clients, marketplace_specialisation.left_clients)
    IS DISTINCT FROM (excluded.active_clients, excluded.completed_clients, excluded.left_clients)
"""

LISTINGS = """
INSERT INTO marketplace_builderlisting (builder_id, slug, name, sort_name, headline, excerpt, place, timezone, latitude, longitude,
    avatar, calendly_url, services, service_names, roles, role_names, skills, skill_slugs, pathways, specialisations, categories, hourly_rate,
    day_rate, currency, hourly_dollars, rating, review_count, score, completed_sessions, is_verified, is_featured, is_listed,
    languages, formats, search, words, version, refreshed_at)
SELECT p.user_id, p.slug, u.display_name, p.sort_name, p.headline, left(p.bio, 320),
    coalesce(concat_ws(', ', place.name, nullif(place.region, ''), place.country), ''), u.timezone,
    coalesce(p.latitude, place.latitude), coalesce(p.longitude, place.longitude), u.avatar, p.calendly_url,
    coalesce(s.slugs, '{}'), coalesce(s.names, '{}'), coalesce(r.slugs, '{}'), coalesce(r.names, '{}'),
    coalesce(t.entries, '[]'), coalesce(t.slugs, '{}'), coalesce(w.active, '{}'), coalesce(w.entries, '[]'), coalesce(k.categories, '{}'),
    o.hourly_rate, o.day_rate, coalesce(o.currency, 'USD'),
    coalesce(o.hourly_rate / coalesce(rate.per_dollar, 1), %(no_rate)s),
    CASE WHEN m.review_count > 0 THEN round(m.rating_sum::numeric / m.review_count, 2) END, coalesce(m.review_count, 0),
    (%(stars)s * %(count)s + coalesce(m.rating_sum, 0)) / (%(count)s + coalesce(m.review_count, 0))::float8,
    coalesce(m.completed_sessions, 0),
    mod.verified_at IS NOT NULL, mod.featured_at IS NOT NULL,
    EXISTS ({public_profile}), p.languages, coalesce(k.formats, '{}'),
    setweight(to_tsvector('english', unaccent(u.display_name)), 'A')
        || setweight(to_tsvector('english', unaccent(concat_ws(' ', p.headline, array_to_string(s.names, ' '), array_to_string(r.names, ' ')))), 'B')
        || setweight(to_tsvector('english', unaccent(concat_ws(' ', t.words, place.name, place.country))), 'C')
        || setweight(to_tsvector('english', unaccent(p.bio)), 'D'),
    lower(unaccent(concat_ws(' ', u.display_name, p.headline, array_to_string(s.names, ' '), array_to_string(r.names, ' '), t.words, place.name))),
    1, %(now)s
FROM accounts_builderprofile p
JOIN accounts_user u ON u.id = p.user_id
LEFT JOIN accounts_place place ON place.id = u.place_id
LEFT JOIN coaching_offer o ON o.builder_id = p.user_id
LEFT JOIN core_exchangerate rate ON rate.currency = o.currency
LEFT JOIN marketplace_buildermetrics m ON m.builder_id = p.user_id
LEFT JOIN marketplace_moderation mod ON mod.builder_id = p.user_id
LEFT JOIN LATERAL (SELECT array_agg(service.slug ORDER BY service.position, service.slug) AS slugs,
        array_agg(service.name ORDER BY service.position, service.slug) AS names
    FROM coaching_offer_services link JOIN coaching_service service ON service.slug = link.service_id
    WHERE link.offer_id = p.user_id) AS s ON true
LEFT JOIN LATERAL (SELECT array_agg(trade.slug ORDER BY trade.position, trade.slug) AS slugs,
        array_agg(trade.name ORDER BY trade.position, trade.slug) AS names
    FROM accounts_builderprofile_roles link JOIN accounts_professionalrole trade ON trade.slug = link.professionalrole_id
    WHERE link.builderprofile_id = p.user_id) AS r ON true
LEFT JOIN LATERAL (SELECT array_agg(skill.slug ORDER BY skill.is_fundamental DESC, skill.tier, skill."order") AS slugs,
        string_agg(skill.name, ' ') AS words,
        jsonb_agg(jsonb_build_object('slug', skill.slug, 'name', skill.name, 'is_fundamental', skill.is_fundamental)
            ORDER BY skill.is_fundamental DESC, skill.tier, skill."order") AS entries
    FROM pathways_teaching link JOIN pathways_skill skill ON skill.id = link.skill_id AND skill.is_active
    WHERE link.builder_id = p.user_id) AS t ON true
LEFT JOIN LATERAL (SELECT array_agg(pathway.slug ORDER BY pathway."order") FILTER (WHERE link.is_active) AS active,
        jsonb_agg(jsonb_build_object('slug', pathway.slug, 'name', pathway.name, 'look', pathway.look, 'is_active', link.is_active,
            'active', link.active_clients, 'completed', link.completed_clients, 'left', link.left_clients)
            ORDER BY pathway."order") AS entries
    FROM marketplace_specialisation link JOIN pathways_pathway pathway ON pathway.id = link.pathway_id AND pathway.is_active
    WHERE link.builder_id = p.user_id) AS w ON true
LEFT JOIN LATERAL (SELECT array_agg(DISTINCT kind.category::text ORDER BY kind.category::text) AS categories,
        array_remove(ARRAY[CASE WHEN bool_or(kind.is_remote) THEN 'remote' END,
            CASE WHEN bool_or(kind.is_in_person) THEN 'in_person' END], NULL) AS formats
    FROM coaching_sessiontype kind WHERE kind.builder_id = p.user_id AND kind.is_active AND coalesce(o.is_active, true)) AS k ON true
WHERE %(all)s OR p.user_id = ANY(%(ids)s)
"""


# The words of a text: they are unaccented and in lower case already.
SPLIT = r"regexp_split_to_table(words, '[\s[:punct:]]+') AS word WHERE is_listed AND length(word) BETWEEN 3 AND 60"

# Writes the listings, and the words of those that have changed, in one order, so that two writers cannot wait for each other.
WRITE = f"""
WITH written AS ({LISTINGS} {UPDATE_IF_CHANGED} RETURNING words, is_listed)
INSERT INTO marketplace_listedword (word) SELECT DISTINCT word FROM written, {SPLIT} ORDER BY word ON CONFLICT DO NOTHING
"""  # noqa: S608  (made of constants)

# Forgets the words that no listing has any more, such as names, and adds those that are missing.
REPAIR_WORDS = f"""
WITH present AS (SELECT DISTINCT word FROM marketplace_builderlisting, {SPLIT}),
gone AS (DELETE FROM marketplace_listedword WHERE word NOT IN (SELECT word FROM present))
INSERT INTO marketplace_listedword (word) SELECT word FROM present ORDER BY word ON CONFLICT DO NOTHING
"""  # noqa: S608  (made of constants)


def refresh(builders: Iterable[UUID]) -> None:
    """Writes the listings of these builders from their profiles and the metrics counted last. Two statements."""
    ids = list(builders)
    _execute(WRITE, ids)
    next_starts.fill(ids)


def recount(builders: Iterable[UUID] | None = None) -> None:
    """Counts the sessions and clients of these builders, or of all, again, then writes their listings."""
    ids = None if builders is None else list(builders)
    with transaction.atomic():
        for statement in (METRICS, SPECIALISATIONS, WRITE):
            _execute(statement, ids)
    if ids is None:
        forget_words()
        next_starts.fill_all()
    else:
        next_starts.fill(ids)


def forget_words() -> None:
    """Forgets the words that no listing has any more."""
    _execute(REPAIR_WORDS, None)


def _execute(statement: str, ids: Sequence[UUID] | None) -> None:
    parameters: dict[str, Any] = {
        "all": ids is None, "ids": list(ids or ()), "now": clock.now(), "no_rate": NO_RATE, "stars": PRIOR_STARS,
        "count": PRIOR_COUNT, "late": ON_TIME, "objection": DISPUTE_WITHIN,
    }  # fmt: skip
    statement = statement.replace("{public_profile}", _sql(_public_profile()))
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _public_profile() -> QuerySet[BuilderProfile, Any]:
    """Returns the profile `p` of the statement if it is public."""
    return BuilderProfile.objects.public().filter(pk=RawSQL("p.user_id", [])).order_by().values_list("pk")


def _sql(rows: QuerySet[Any, Any]) -> str:
    """Returns the query with its parameters written out, to be part of a statement that has parameters itself."""
    operations: Any = connection.ops  # those of PostgreSQL, which can write out parameters
    return str(operations.compose_sql(*rows.query.sql_with_params())).replace("%", "%%")


# Later ----------------------------------------------------------------------------------------------------


def refresh_soon(builder: UUID) -> None:
    """Refreshes the listing after commit, once per transaction. The nightly job repairs it if that fails."""
    name = f"listing of {builder}"
    if any(getattr(entry[1], "__name__", "") == name for entry in connection.run_on_commit):
        return

    def work() -> None:
        refresh([builder])

    work.__name__ = name
    transaction.on_commit(work, robust=True)


def recount_soon(builder: UUID, at: datetime | None = None) -> None:
    """Recounts within half a minute of `at`, which is now unless the caller knows it, once for all changes until then;
    the outbox keeps the task through a crash."""
    now = (at or clock.now()).timestamp()
    bucket = int(now) // BUCKET + 1
    delay = timedelta(seconds=bucket * BUCKET + 1 - now)
    outbox.put(event=f"recount:{bucket}", channel=CHANNEL, recipient=str(builder), payload={}, delay=delay)


def deliver(message: OutboxMessage) -> None:
    recount([UUID(message.recipient)])
