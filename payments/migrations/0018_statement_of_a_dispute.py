"""What the builder says about a dispute is called a statement. Its column keeps its name, so that an older release still runs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0017_rewards_and_cards")]
    operations = [
        migrations.AlterField(
            model_name="paymentdispute",
            name="words",
            field=models.TextField(max_length=10000, blank=True, db_column="words"),
        ),
        migrations.RenameField(model_name="paymentdispute", old_name="words", new_name="statement"),
    ]
