"""Twelve or twenty-four hours: the field is named after what it holds."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("bookings", "0012_plain_model_names")]
    operations = [migrations.RenameField("guest", "clock", "hour_format")]
