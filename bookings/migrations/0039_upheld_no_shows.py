"""When support has upheld a contested no-show."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("bookings", "0038_typed_details")]
    operations = [
        migrations.AddField(model_name="booking", name="upheld_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=Q(upheld_at__isnull=True) | Q(contested_at__isnull=False),
                name="upheld_after_it_was_contested",
            ),
        ),
    ]
