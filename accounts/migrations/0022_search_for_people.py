"""The index of parts of email addresses, for the admin's search, built while accounts are written."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0021_acting_as")]
    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="people_by_part_of_email"),
        ),
    ]
