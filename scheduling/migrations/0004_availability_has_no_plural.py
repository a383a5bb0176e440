"""The admin names the view of session types that can be booked in plain English."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0003_outside_calendars")]
    operations = [
        migrations.AlterModelOptions(
            name="sessionavailability",
            options={"managed": False, "verbose_name_plural": "session availability"},
        ),
    ]
