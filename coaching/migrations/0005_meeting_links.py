"""A session type can have a meeting link of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coaching', '0004_guests_confirm_first'),
    ]

    operations = [
        migrations.AddField(
            model_name='sessiontype',
            name='meeting_url',
            field=models.CharField(blank=True, max_length=500),
        ),
    ]
