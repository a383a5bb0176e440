"""The sums of each day are kept for each kind of session as well. The last run is forgotten, so that the next one writes all
days; until then, pages count the bookings."""

from typing import Any

from django.db import migrations, models


def forget_runs(apps: Any, schema_editor: Any) -> None:
    apps.get_model("insights", "DailyFigureRun").objects.all().delete()


def delete_kinds(apps: Any, schema_editor: Any) -> None:
    apps.get_model("insights", "DailyFigure").objects.exclude(kind="").delete()


class Migration(migrations.Migration):
    dependencies = [("insights", "0001_daily_figures")]
    operations = [
        migrations.RemoveConstraint(model_name="dailyfigure", name="one_sum_a_day"),
        migrations.AddField(
            model_name="dailyfigure",
            name="kind",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.RunPython(forget_runs, delete_kinds),
        migrations.AddConstraint(
            model_name="dailyfigure",
            constraint=models.UniqueConstraint(
                fields=("pathway", "kind", "name", "day", "key"),
                include=("amount",),
                name="one_sum_a_day",
                nulls_distinct=False,
            ),
        ),
    ]
