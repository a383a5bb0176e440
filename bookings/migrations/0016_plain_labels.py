"""Labels in plain words; no column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0015_sessions_at_clients'),
    ]

    operations = [
        migrations.AlterField(
            model_name='bookingevent',
            name='verb',
            field=models.CharField(choices=[('request', 'Requested'), ('confirm', 'Confirmed'), ('decline', 'Declined'), ('cancel', 'Cancelled'), ('expire', 'Left unanswered'), ('call_off', 'Called off'), ('prove', 'Address confirmed'), ('lapse', 'Address not confirmed in time'), ('reschedule', 'Moved'), ('start', 'Begun'), ('complete', 'Completed'), ('dispute', 'Disputed'), ('resolve', 'Settled'), ('join', 'Joined an account'), ('no_show', 'No-show reported'), ('contest', 'Contested'), ('excuse', 'Cleared')], max_length=10),
        ),
    ]
