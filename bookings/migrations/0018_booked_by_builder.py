"""Sessions that a builder books for a client, who may have to accept."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0017_suggested_times'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='awaits_client',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
