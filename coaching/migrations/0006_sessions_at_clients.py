"""Sessions in person can be at the client's address, within a radius."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coaching', '0005_meeting_links'),
    ]

    operations = [
        migrations.AddField(
            model_name='sessiontype',
            name='in_person_at',
            field=models.CharField(choices=[('builder', 'At my address'), ('client', "At the client's address"), ('either', 'The client chooses')], default='builder', max_length=8),
        ),
        migrations.AddField(
            model_name='sessiontype',
            name='travel_miles',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)]),
        ),
    ]
