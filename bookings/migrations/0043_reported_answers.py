"""Reports to pathways when builders answered requests, which badges count."""

from django.db import migrations

FILL = """
INSERT INTO pathways_answeredrequest (request, builder_id, asked_at, answered_at)
SELECT b.id, b.builder_id, b.created_at, min(e.at)
FROM bookings_booking b JOIN bookings_bookingevent e ON e.booking_id = b.id
WHERE e.before = 'PENDING' AND (e.verb = 'expire' OR e.verb IN ('confirm', 'decline') AND e.side = 'builder')
GROUP BY b.id
ON CONFLICT (request) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0042_reported_sessions"), ("pathways", "0013_achievements")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
