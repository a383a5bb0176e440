"""Plainer names for three models. Their tables keep the names they have, so nothing moves in the database."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("bookings", "0011_proof_first")]
    operations = [
        migrations.AlterModelTable("Place", "bookings_place"),
        migrations.AlterModelTable("Offered", "bookings_offered"),
        migrations.AlterModelTable("StepCount", "bookings_stepcount"),
        migrations.RenameModel("Place", "WaitingListEntry"),
        migrations.AlterModelOptions(
            "WaitingListEntry",
            options={"ordering": ["created_at", "id"], "verbose_name_plural": "waiting list entries"},
        ),
        migrations.RenameModel("Offered", "SlotOffer"),
        migrations.RenameModel("StepCount", "FunnelCount"),
    ]
