"""Twelve or twenty-four hours: the field is named after what it holds."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_time_zones")]
    operations = [migrations.RenameField("user", "clock", "hour_format")]
