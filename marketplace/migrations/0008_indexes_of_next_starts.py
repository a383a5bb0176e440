"""The indexes of the order by the next free time, built while listings are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("marketplace", "0007_next_starts")]
    operations = [
        AddIndexConcurrently(
            "builderlisting",
            models.Index(fields=["next_start", "builder"], condition=models.Q(is_listed=True), name="listing_soonest"),
        ),
        AddIndexConcurrently(
            "builderlisting", models.Index(fields=["next_start_ends"], name="listing_next_start_ends")
        ),
    ]
