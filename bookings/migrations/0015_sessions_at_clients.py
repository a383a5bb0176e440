"""A booking says whose address it is at; the client's address needs more room."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0014_meeting_links'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='in_person_at',
            field=models.CharField(blank=True, choices=[('builder', 'Builder'), ('client', 'Client')], max_length=8),
        ),
        migrations.AlterField(
            model_name='booking',
            name='location',
            field=models.CharField(blank=True, max_length=300),
        ),
    ]
