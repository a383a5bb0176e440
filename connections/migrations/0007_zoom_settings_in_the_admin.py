"""The admin lists "Zoom settings", without an s of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("connections", "0006_ask_again_at")]
    operations = [migrations.AlterModelOptions("zoomsettings", {"verbose_name_plural": "Zoom settings"})]
