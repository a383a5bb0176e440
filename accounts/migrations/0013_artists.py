"""Artists are a trade too, as in the first search of the marketplace."""

from django.db import migrations


def add(apps, schema_editor):
    trades = apps.get_model("accounts", "ProfessionalRole").objects
    last = trades.order_by("-position").values_list("position", flat=True).first() or 0
    trades.get_or_create(slug="artist", defaults={"name": "Artist", "position": last + 1})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_meeting_links")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
