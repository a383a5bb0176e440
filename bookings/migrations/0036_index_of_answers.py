"""The index of answered requests, built while bookings are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("bookings", "0035_answers_to_requests")]
    operations = [
        AddIndexConcurrently(
            model_name="booking",
            index=models.Index(
                condition=models.Q(answered_at__isnull=False),
                fields=["builder", "created_at"],
                name="bookings_answered",
            ),
        ),
    ]
