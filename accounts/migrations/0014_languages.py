"""The languages that a builder speaks."""

import django.contrib.postgres.fields
from django.db import migrations, models

from core.languages import LANGUAGES


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_artists'),
    ]

    operations = [
        migrations.AddField(
            model_name='builderprofile',
            name='languages',
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=LANGUAGES, max_length=2), blank=True, default=list, size=None
            ),
        ),
    ]
