"""Writes the first texts of help, contact, privacy and terms, which admins edit."""

from pathlib import Path

from django.db import migrations

TEXTS = Path(__file__).parent.parent / "texts"
TITLES = {"help": "Help", "contact": "Contact us", "privacy": "Privacy", "terms": "Terms"}


def write_texts(apps, schema_editor):
    page = apps.get_model("core", "SitePage")
    for slug, title in TITLES.items():
        text = (TEXTS / f"{slug}.md").read_text(encoding="utf-8")
        page.objects.get_or_create(slug=slug, defaults={"title": title, "text": text})


class Migration(migrations.Migration):
    dependencies = [("core", "0008_sitepage")]
    operations = [migrations.RunPython(write_texts, migrations.RunPython.noop)]
