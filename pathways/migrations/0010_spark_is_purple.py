"""The colour of a look is named as it is shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pathways", "0009_skills_at_start")]
    operations = [
        migrations.AlterField(
            model_name="pathway",
            name="look",
            field=models.CharField(
                choices=[("summit", "Summit (orange)"), ("turn", "Turn (blue)"), ("spark", "Spark (purple)")],
                max_length=10,
            ),
        ),
    ]
