import django.core.validators
from django.db import migrations, models

DAY = 24 * 60


class Migration(migrations.Migration):
    """The limits of a session type have the maximum that they have in a schedule."""

    dependencies = [("coaching", "0009_calendly")]

    operations = [
        migrations.AlterField(
            model_name="sessiontype",
            name=name,
            field=kind(
                blank=True, null=True, validators=[django.core.validators.MaxValueValidator(most)]
            ),
        )
        for name, kind, most in (
            ("buffer_before", models.PositiveSmallIntegerField, DAY),
            ("buffer_after", models.PositiveSmallIntegerField, DAY),
            ("minimum_notice", models.PositiveIntegerField, DAY * 90),
            ("horizon_days", models.PositiveSmallIntegerField, 730),
        )
    ]
