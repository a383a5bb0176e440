from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="participant", name="mailed_number", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="participant", name="address_generation", field=models.PositiveSmallIntegerField(default=0)
        ),
    ]
