"""The skills that Waymark starts with. Admins may change every word of them."""

from django.db import migrations

from pathways.catalogue.first_skills import SKILLS

SAME = ("name", "tier", "summary", "description", "is_fundamental", "needs_builder")


def add(apps, schema_editor):
    skill, need = apps.get_model("pathways", "Skill"), apps.get_model("pathways", "Need")
    pathways = {found.slug: found for found in apps.get_model("pathways", "Pathway").objects.all()}
    made = {}
    for order, entry in enumerate(SKILLS):
        told = {name: getattr(entry, name) for name in SAME}
        resources = [{"title": title, "url": url} for title, url in entry.resources]
        made[entry.slug], is_new = skill.objects.get_or_create(
            slug=entry.slug, defaults={**told, "order": order, "resources": resources}
        )
        if is_new:
            made[entry.slug].pathways.set([pathways[slug] for slug in entry.pathways if slug in pathways])
            for slug in entry.needs:
                need.objects.get_or_create(skill=made[entry.slug], needed=made[slug])


class Migration(migrations.Migration):
    dependencies = [("pathways", "0004_skills")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
