"""Renames two keys in the JSON of listings to the names of the model fields. Only the API writes names in camelCase."""

from django.db import migrations

RENAME = """
UPDATE marketplace_builderlisting SET
    skills = replace(skills::text, '"{old_skill}":', '"{new_skill}":')::jsonb,
    specialisations = replace(specialisations::text, '"{old_link}":', '"{new_link}":')::jsonb
"""
SNAKE = {"skill": "is_fundamental", "link": "is_active"}
CAMEL = {"skill": "isFundamental", "link": "isActive"}


def rename(old: dict[str, str], new: dict[str, str]) -> str:
    return RENAME.format(old_skill=old["skill"], new_skill=new["skill"], old_link=old["link"], new_link=new["link"])


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0001_listings")]
    operations = [migrations.RunSQL(rename(CAMEL, SNAKE), rename(SNAKE, CAMEL))]
