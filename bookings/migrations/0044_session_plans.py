
import accounts.models.people
import core.ids
import core.models
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0043_reported_answers'),
        ('coaching', '0017_short_links'),
        ('pathways', '0014_first_achievements'),
        ('scheduling', '0009_session_plans'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SessionPlan',
            fields=[
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('booked', 'Booked')], default='proposed', max_length=8)),
                ('version', models.PositiveIntegerField(default=1)),
                ('timezone', models.CharField(max_length=64, validators=[accounts.models.people.validate_zone])),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=7)),
                ('earliest', models.PositiveSmallIntegerField()),
                ('latest', models.PositiveSmallIntegerField()),
                ('per_week', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)])),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('most_sessions', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)])),
                ('session_types', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=5)),
                ('minutes', models.PositiveSmallIntegerField(null=True)),
                ('budget', models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                ('currency', models.CharField(blank=True, max_length=3, validators=[core.models.validate_currency])),
                ('details', models.JSONField(default=dict)),
                ('held_until', models.DateTimeField(null=True)),
                ('booked_at', models.DateTimeField(null=True)),
                ('booked_sessions', models.PositiveSmallIntegerField(default=0)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='session_plans', to=settings.AUTH_USER_MODEL)),
                ('pathway', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='session_plans', to='pathways.pathway')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PlannedSession',
            fields=[
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('booking', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='planned_session', to='bookings.booking')),
                ('seat', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='planned_session', to='scheduling.seat')),
                ('session_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_sessions', to='coaching.sessiontype')),
                ('skill', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='planned_sessions', to='pathways.skill')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='bookings.sessionplan')),
            ],
            options={
                'ordering': ['starts_at', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='sessionplan',
            index=models.Index(fields=['client', '-created_at'], name='session_plans_of_client'),
        ),
        migrations.AddConstraint(
            model_name='sessionplan',
            constraint=models.CheckConstraint(condition=models.Q(('earliest__gte', 0), ('earliest__lt', models.F('latest')), ('latest__lte', 1440)), name='plan_has_hours'),
        ),
        migrations.AddConstraint(
            model_name='sessionplan',
            constraint=models.CheckConstraint(condition=models.Q(('first_day__lte', models.F('last_day')), ('most_sessions__range', (1, 60)), ('per_week__range', (1, 7)), ('session_types__len__gte', 1), ('weekdays__len__gte', 1)), name='plan_is_possible'),
        ),
        migrations.AddConstraint(
            model_name='sessionplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('booked_at__isnull', False), ('held_until__isnull', True), ('state', 'booked')), models.Q(('booked_at__isnull', True), ('booked_sessions', 0), ('state', 'proposed')), _connector='OR'), name='plan_is_proposed_or_booked'),
        ),
        migrations.AddConstraint(
            model_name='plannedsession',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('number__gte', 1)), name='planned_session_lasts'),
        ),
    ]
