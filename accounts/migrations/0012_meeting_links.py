"""The link of a builder's remote sessions, and how clients can reach the builder."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_hour_format'),
    ]

    operations = [
        migrations.AddField(
            model_name='builderprofile',
            name='meeting_url',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='builderprofile',
            name='phone',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='builderprofile',
            name='shows_email',
            field=models.BooleanField(default=False),
        ),
    ]
