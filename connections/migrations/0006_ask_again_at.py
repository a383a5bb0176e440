from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("connections", "0005_calendly")]

    operations = [
        migrations.AddField(
            model_name="connection", name="ask_again_at", field=models.DateTimeField(null=True)
        ),
    ]
