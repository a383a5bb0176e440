"""The badges that Waymark starts with. Admins may change every word of them."""

from django.db import migrations

from pathways.badges.first_badges import BADGES


def add(apps, schema_editor):
    badge = apps.get_model("pathways", "Badge")
    skills = {found.slug: found for found in apps.get_model("pathways", "Skill").objects.all()}
    pathways = {found.slug: found for found in apps.get_model("pathways", "Pathway").objects.all()}
    for order, entry in enumerate(BADGES):
        told = dict(entry)
        slug, skill, pathway = told.pop("slug"), told.pop("skill", None), told.pop("pathway", None)
        if (skill and skill not in skills) or (pathway and pathway not in pathways):
            continue  # the admins have taken it out
        badge.objects.get_or_create(
            slug=slug,
            defaults={**told, "order": order, "skill": skills.get(skill), "pathway": pathways.get(pathway)},
        )


class Migration(migrations.Migration):
    dependencies = [("pathways", "0006_walking")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
