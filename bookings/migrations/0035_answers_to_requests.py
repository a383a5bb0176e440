"""When the builder answered each request, so that the time to answer is read without the events."""

from django.db import migrations, models

FILL = """
UPDATE bookings_booking b SET answered_at = answer.at
FROM (SELECT e.booking_id, min(e.at) AS at FROM bookings_bookingevent e
      WHERE e.verb IN ('confirm', 'decline') AND e.side = 'builder' GROUP BY 1) AS answer
WHERE answer.booking_id = b.id AND EXISTS (
    SELECT 1 FROM bookings_bookingevent asked
    WHERE asked.booking_id = b.id AND asked.verb = 'request' AND asked.after = 'PENDING')
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0034_guest_merges")]
    operations = [
        migrations.AddField(
            model_name="booking",
            name="answered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
