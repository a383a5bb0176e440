"""The index of a builder's sessions that were completed lately and may still be reviewed, built while bookings are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("bookings", "0045_skill_reports")]
    operations = [
        AddIndexConcurrently(
            "booking",
            models.Index(
                fields=["builder", "completed_at"],
                condition=models.Q(state="COMPLETED"),
                name="bookings_completed",
            ),
        ),
    ]
