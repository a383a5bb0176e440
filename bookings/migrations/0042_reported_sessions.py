"""Reports the completed sessions of clients to pathways, where goals and badges count them."""

from django.db import migrations

FILL = """
INSERT INTO pathways_completedsession (booking, client_id, builder_id, pathway_id, starts_at, minutes)
SELECT id, client_id, builder_id, pathway_id, starts_at, extract(epoch FROM ends_at - starts_at) / 60
FROM bookings_booking WHERE state = 'COMPLETED' AND client_id IS NOT NULL
ON CONFLICT (booking) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0041_messages_of_merged_guests"), ("pathways", "0012_goals")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
