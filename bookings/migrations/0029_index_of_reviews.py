"""The index of the public reviews of a builder, newest first, built while reviews are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("bookings", "0028_reviews_of_builders")]
    operations = [
        AddIndexConcurrently(
            model_name="review",
            index=models.Index(
                fields=["builder", "-published_at", "-id"],
                condition=models.Q(side="client", published_at__isnull=False, hidden_at__isnull=True),
                include=["rating", "booking"],
                name="reviews_of_builders",
            ),
        ),
    ]
