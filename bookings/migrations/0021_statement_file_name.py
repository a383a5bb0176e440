from django.db import migrations, models

import bookings.models.disputes
import core.storage


class Migration(migrations.Migration):
    """Files of statements are stored under random names."""

    dependencies = [("bookings", "0020_calendly")]

    operations = [
        migrations.AlterField(
            model_name="statement",
            name="file",
            field=models.FileField(
                blank=True, storage=core.storage.PrivateFiles(), upload_to=bookings.models.disputes.statement_name
            ),
        ),
    ]
