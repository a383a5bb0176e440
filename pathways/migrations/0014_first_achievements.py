"""Badges with levels, for weeks in a row and goals, a hidden one, and those of builders. Afterwards admins edit them."""

from django.db import migrations

BADGES = (
    {"slug": "weeks-in-a-row", "name": "Steady", "description": "Had a session every week.", "rule": "streak", "count": 4,
     "further_counts": [8, 26]},
    {"slug": "goals-reached", "name": "Goal reached", "description": "Reached goals they had set.", "rule": "goals",
     "count": 1, "further_counts": [5, 20]},
    {"slug": "intense-week", "name": "Intense week", "description": "Spent eight hours in sessions within a week.",
     "rule": "hours", "count": 8, "window_days": 7, "is_hidden": True},
    {"slug": "sessions-held", "name": "First ten", "description": "Held ten sessions with clients, or more.",
     "rule": "sessions", "audience": "builder", "count": 10, "further_counts": [50, 250]},
    {"slug": "quick-to-answer", "name": "Quick to answer",
     "description": "Answered every request within an hour for a month.", "rule": "answers", "audience": "builder",
     "count": 5, "window_days": 30},
)  # fmt: skip


def add(apps, schema_editor):
    badge = apps.get_model("pathways", "Badge")
    for values in BADGES:
        badge.objects.get_or_create(slug=values["slug"], defaults=values)


class Migration(migrations.Migration):
    dependencies = [("pathways", "0013_achievements")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
