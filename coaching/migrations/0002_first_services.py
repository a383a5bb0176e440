"""The first services of the catalogue; admins edit them."""

from django.db import migrations

SERVICES = [
    ("mixing", "Mixing", "sliders"),
    ("mastering", "Mastering", "disc"),
    ("production", "Production", "note"),
    ("songwriting", "Songwriting", "pen"),
    ("app-review", "App review", "phone"),
    ("app-building", "App building", "code"),
    ("product-strategy", "Product strategy", "compass"),
    ("interface-design", "Interface design", "frame"),
    ("automation", "Automation", "gear"),
    ("career-coaching", "Career coaching", "path"),
    ("deal-coaching", "Deal coaching", "key"),
    ("photography", "Photography", "camera"),
    ("podcasting", "Podcasting", "mic"),
    ("game-making", "Game making", "dice"),
]


def load(apps, schema_editor):
    Service = apps.get_model("coaching", "Service")
    for position, (slug, name, icon) in enumerate(SERVICES):
        Service.objects.get_or_create(slug=slug, defaults={"name": name, "icon": icon, "position": position})


class Migration(migrations.Migration):
    dependencies = [("coaching", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
