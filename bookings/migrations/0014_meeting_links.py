"""A booking can have a meeting link of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0013_hour_format'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='meeting_url',
            field=models.CharField(blank=True, max_length=500),
        ),
    ]
