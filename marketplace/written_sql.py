"""SQL of the marketplace that the ORM takes longer to write than the database to run: what cards show beside their listings,
in one row for each builder, and the statistics over all results of a search."""

# What there is to book with a builder. Amounts are text, since a number would become a float.
AVAILABLE = """
    ARRAY(SELECT jsonb_build_array(a.category, a.is_bookable, a.price_from::text, a.currency,
            extract(epoch FROM a.next_slot))
        FROM session_availability a JOIN coaching_sessiontype t ON t.id = a.session_type_id AND t.is_active
        WHERE a.builder_id = wanted.id)
"""
# What cards need, beside the listing and the metrics.
BRIEF_DETAILS = """
SELECT wanted.id, (SELECT m.computed_at FROM marketplace_buildermetrics m WHERE m.builder_id = wanted.id),
    to_jsonb({available})::text
FROM unnest(%s::uuid[]) AS wanted (id)
""".replace("{available}", AVAILABLE)
# What the API says of builders.
DETAILS = """
SELECT wanted.id, jsonb_build_object(
    'metrics', (SELECT to_jsonb(m) FROM marketplace_buildermetrics m WHERE m.builder_id = wanted.id),
    'available', {available},
    'times', ARRAY(SELECT jsonb_build_array(f.session_type_id, f.runs, f.step, f.minutes, f.notice)
        FROM scheduling_freetimes f JOIN coaching_sessiontype t ON t.id = f.session_type_id AND t.is_active
        WHERE f.builder_id = wanted.id ORDER BY f.session_type_id),
    'pieces', ARRAY(SELECT jsonb_build_array(p.id, p.title, p.kind, p.url)
        FROM marketplace_portfolioasset p WHERE p.builder_id = wanted.id AND p.hidden_at IS NULL
        ORDER BY p.position, p.created_at))::text
FROM unnest(%s::uuid[]) AS wanted (id)
""".replace("{available}", AVAILABLE)

FAVOURITES_AMONG = "SELECT builder_id FROM marketplace_favourite WHERE person_id = %s AND builder_id = ANY(%s)"

# Statistics over the listings of a subquery. Slugs contain no comma.
STATS = """
SELECT count(*), avg(rating), avg(hourly_dollars) FILTER (WHERE hourly_rate IS NOT NULL),
    string_agg(DISTINCT array_to_string(services, ','), ','), string_agg(DISTINCT array_to_string(roles, ','), ',')
FROM marketplace_builderlisting WHERE builder_id IN ({matches})
"""
