"""Other times that builders suggest, and the events about them."""

import core.ids
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0016_plain_labels'),
    ]

    operations = [
        migrations.AlterField(
            model_name='bookingevent',
            name='verb',
            field=models.CharField(choices=[('request', 'Requested'), ('confirm', 'Confirmed'), ('decline', 'Declined'), ('cancel', 'Cancelled'), ('expire', 'Left unanswered'), ('call_off', 'Called off'), ('prove', 'Address confirmed'), ('lapse', 'Address not confirmed in time'), ('reschedule', 'Moved'), ('start', 'Begun'), ('complete', 'Completed'), ('dispute', 'Disputed'), ('resolve', 'Settled'), ('join', 'Joined an account'), ('no_show', 'No-show reported'), ('contest', 'Contested'), ('excuse', 'Cleared'), ('propose', 'Another time suggested'), ('accept', 'Accepted'), ('refuse', 'Suggested times declined'), ('time_out', 'Suggested times expired')], max_length=10),
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('sequence', models.PositiveIntegerField()),
                ('booking_state', models.CharField(choices=[('PENDING', 'Waiting for an answer'), ('CONFIRMED', 'Confirmed'), ('IN_PROGRESS', 'Under way'), ('COMPLETED', 'Completed'), ('CANCELLED', 'Cancelled'), ('DISPUTED', 'In dispute')], max_length=12)),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('lapsed', 'Expired')], default='open', max_length=8)),
                ('answered_at', models.DateTimeField(null=True)),
                ('booking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='bookings.booking')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='bookings.bookingevent')),
            ],
            options={
                'ordering': ['starts_at', 'id'],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['booking'], name='open_suggestions')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('booking', 'starts_at'), name='a_time_is_suggested_once'), models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='a_suggested_time_lasts'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='an_open_suggestion_has_no_answer')],
            },
        ),
    ]
