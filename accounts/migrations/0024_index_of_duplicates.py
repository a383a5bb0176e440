"""The index of pairs of members that nobody has decided about, built while members are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0023_api_token_name")]
    operations = [
        AddIndexConcurrently(
            model_name="memberduplicate",
            index=models.Index(
                condition=models.Q(dismissed_at__isnull=True),
                fields=["-likeness", "id"],
                name="duplicates_to_decide",
            ),
        ),
    ]
