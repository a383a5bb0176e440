"""The first badges are named after what they are awarded for. Names that admins have written stay."""

from django.db import migrations

# Slug, former name, name.
NAMES = (
    ("first-session", "First step", "First session"),
    ("five-sessions", "Regular", "Five sessions"),
    ("twenty-five-sessions", "Trail-worn", "Twenty-five sessions"),
    ("thick-skin", "Thick skin", "Takes critique"),
    ("pass-it-on", "Pass it on", "Teaches others"),
    ("out-in-the-open", "Out in the open", "Published a project"),
    ("accelerate-first-tier", "Base camp", "Accelerate: first tier"),
    ("pivot-first-tier", "Bearings", "Pivot: first tier"),
    ("play-first-tier", "Warmed up", "Play: first tier"),
    ("accelerate-fundamentals", "Sure-footed", "Accelerate: fundamentals"),
    ("pivot-fundamentals", "New ground", "Pivot: fundamentals"),
    ("play-fundamentals", "In tune", "Play: fundamentals"),
    ("accelerate", "Summit", "Accelerate completed"),
    ("pivot", "The turn", "Pivot completed"),
    ("play", "Played through", "Play completed"),
    ("weeks-in-a-row", "Steady", "Weeks in a row"),
    ("intense-week", "Intense week", "Eight hours in a week"),
    ("sessions-held", "First ten", "Sessions with clients"),
)


def rename(apps, schema_editor):
    badges = apps.get_model("pathways", "Badge").objects
    for slug, former, name in NAMES:
        badges.filter(slug=slug, name=former).update(name=name)


def rename_back(apps, schema_editor):
    badges = apps.get_model("pathways", "Badge").objects
    for slug, former, name in NAMES:
        badges.filter(slug=slug, name=name).update(name=former)


class Migration(migrations.Migration):
    dependencies = [("pathways", "0014_first_achievements")]
    operations = [migrations.RunPython(rename, rename_back)]
