"""When each builder can next be booked, stored for the order of the search by it."""

from datetime import UTC, datetime

from django.db import migrations, models

NEVER = datetime(9000, 1, 1, tzinfo=UTC)
FILL = """
UPDATE marketplace_builderlisting listing SET next_start = next.at, next_start_ends = next.ends
FROM (SELECT wanted.builder_id, first.at, first.ends FROM marketplace_builderlisting wanted CROSS JOIN LATERAL (
    SELECT times.next_slot AS at, times.next_slot - make_interval(secs => greatest(1, free.notice)) AS ends
    FROM session_availability times JOIN scheduling_freetimes free ON free.session_type_id = times.session_type_id
    WHERE times.builder_id = wanted.builder_id AND times.is_bookable ORDER BY 1, 2 LIMIT 1) AS first) AS next
WHERE listing.builder_id = next.builder_id
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0006_first_steps"), ("scheduling", "0002_session_availability")]
    operations = [
        migrations.AddField("builderlisting", "next_start", models.DateTimeField(db_default=NEVER, default=NEVER)),
        migrations.AddField("builderlisting", "next_start_ends", models.DateTimeField(db_default=NEVER, default=NEVER)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
