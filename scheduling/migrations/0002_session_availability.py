"""The view `session_availability`: what decays by the clock is computed when one looks."""

from django.db import migrations

VIEW = """
CREATE VIEW session_availability AS
SELECT
    kind.id AS session_type_id,
    kind.builder_id,
    kind.category,
    kind.is_active AND person.is_active AND profile.is_published AND coalesce(offer.is_active, true)
        AND next.at IS NOT NULL AS is_bookable,
    free.price_from,
    coalesce(free.currency, offer.currency, 'USD') AS currency,
    to_timestamp(next.at) AS next_slot,
    coalesce(free.open_minutes, 0) AS open_minutes
FROM coaching_sessiontype kind
JOIN accounts_user person ON person.id = kind.builder_id
JOIN accounts_builderprofile profile ON profile.user_id = kind.builder_id
LEFT JOIN coaching_offer offer ON offer.builder_id = kind.builder_id
LEFT JOIN scheduling_freetimes free ON free.session_type_id = kind.id
LEFT JOIN LATERAL (
    SELECT min(candidate.at) AS at
    FROM (
        SELECT run.first + ceil(greatest(0, clock.earliest - run.first)::numeric / free.step) * free.step AS at, run.last
        FROM (SELECT floor(extract(epoch FROM clock_timestamp()))::bigint
                     + greatest(1, free.notice) AS earliest) AS clock,
             (SELECT free.runs[place] AS first, free.runs[place + 1] AS last
              FROM generate_series(1, coalesce(array_length(free.runs, 1), 0), 2) AS place) AS run
    ) AS candidate
    WHERE candidate.at <= candidate.last
) AS next ON true
"""


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0001_initial"),
        ("coaching", "0001_initial"),
        ("accounts", "0004_towns_and_trades"),
    ]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW session_availability")]
