from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0024_index_of_duplicates")]

    operations = [
        migrations.AddField(
            model_name="place",
            name="is_offered",
            field=models.BooleanField(db_default=True, default=True, verbose_name="can be chosen"),
        ),
    ]
