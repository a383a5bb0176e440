"""Enrolments know the skills that their pathway had when they began, so that later ones lower no percentage."""

import django.contrib.postgres.fields
from django.db import migrations, models

CURRENT_SKILLS = """
    UPDATE pathways_enrolment SET skills_at_start = ARRAY(
        SELECT skill.id FROM pathways_skill skill JOIN pathways_skill_pathways link ON link.skill_id = skill.id
        WHERE link.pathway_id = pathways_enrolment.pathway_id AND skill.is_active)
"""


class Migration(migrations.Migration):
    dependencies = [("pathways", "0008_plain_names")]
    operations = [
        migrations.AddField(
            "enrolment",
            "skills_at_start",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), editable=False, null=True, size=None
            ),
        ),
        migrations.RunSQL(CURRENT_SKILLS, migrations.RunSQL.noop),
    ]
