"""Indexes for the admin's search for people, built while accounts are written."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently, TrigramExtension
from django.db import migrations
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0017_how_to_pay")]
    operations = [
        TrigramExtension(),
        AddIndexConcurrently(
            model_name="user",
            index=GinIndex(OpClass(Upper("display_name"), name="gin_trgm_ops"), name="people_by_part_of_name"),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="people_by_part_of_email"),
        ),
    ]
