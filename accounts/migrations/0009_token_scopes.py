"""Tokens from before keep working: they get every scope, and end a year from now."""

from datetime import timedelta

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

SCOPES = [("read", "Read"), ("book", "Read and book"), ("manage", "Everything you may do")]


def every_scope():
    return [value for value, label in SCOPES]


def in_a_year():
    return timezone.now() + timedelta(days=365)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_remove_unproven_addresses")]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=SCOPES, max_length=10), default=every_scope, size=None
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="apitoken",
            name="expires_at",
            field=models.DateTimeField(default=in_a_year),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="apitoken",
            name="reminded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=Q(scopes__contained_by=["read", "book", "manage"], scopes__len__gt=0),
                name="token_has_known_scopes",
            ),
        ),
    ]
