"""The index of the order on the home page, built while listings are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("marketplace", "0011_searches_and_letters")]
    operations = [
        AddIndexConcurrently(
            "builderlisting",
            models.Index(
                fields=["-is_featured", "-score", "-review_count", "builder"],
                condition=models.Q(is_listed=True),
                name="listing_at_home",
            ),
        ),
    ]
