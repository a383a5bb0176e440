"""Which messages of a guest moved along with their bookings, so that they can be given back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0040_index_of_contested_no_shows")]
    operations = [
        migrations.AddField(model_name="guestmerge", name="messages", field=models.JSONField(default=dict)),
    ]
