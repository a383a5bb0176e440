"""The admin lists "free times", without an s of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0006_recurring_hours")]
    operations = [migrations.AlterModelOptions("freetimes", {"verbose_name_plural": "free times"})]
