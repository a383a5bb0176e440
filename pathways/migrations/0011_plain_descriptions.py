"""The first skills and badges are described in plain words, where nobody has changed their texts."""

from hashlib import sha256

from django.db import migrations

from pathways.badges.first_badges import BADGES
from pathways.catalogue.first_skills import SKILLS

FORMER_SKILLS = {
    "weekly-rhythm": "73b66155ec2bec0c",
    "say-what-it-is": "5b5f7a9e6bcb9870",
    "name-the-bottleneck": "9b890fd936a8ea10",
    "talk-to-five-people": "57b2eb5e9df3b2a0",
    "set-up-your-tools": "8a2e74ee91ae19ae",
    "take-stock": "e753bfc3549934e8",
    "map-the-gap": "51101345ca46b6e1",
    "finish-a-tiny-thing": "6e6897349102ebc4",
    "keep-versions": "12be4e933c2d649f",
    "cut-to-a-first-release": "75cfaee122cc3c23",
    "show-work-early": "101cdd95da63a995",
    "take-critique": "6a286e29ae83a984",
    "measure-one-number": "136dc1c27d203594",
    "price-your-work": "241048cc2d185441",
    "small-proof": "b4aa43fb60b9cac4",
    "tell-your-story": "96db541f24ff1ee7",
    "project-of-your-own": "76de6fa1b50804f3",
    "get-unstuck": "746a94a36559838b",
    "borrow-well": "18dcba666115b190",
    "ship-with-review": "9601a0c9ccfeaa35",
    "set-the-standard": "fa754fd220dfae29",
    "teach-it": "5f0cc1c4a89e9778",
    "first-client": "5614ad69a2ca1cf9",
    "interview-by-work": "ff511b4f75210f1b",
    "first-hundred-days": "40f63ef433ba2cf1",
    "finish-on-purpose": "c2499ea200ad1215",
    "put-it-out": "fe8ef68ebf4b29ed",
    "show-it-live": "62bccec6e6344c33",
}
FORMER_BADGES = {
    "first-session": "Sat down with a builder for the first time.",
    "five-sessions": "Five sessions, and came back for each.",
    "twenty-five-sessions": "Twenty-five sessions of honest work.",
    "thick-skin": "Takes critique, and knows which third of it to use.",
    "pass-it-on": "Has taught it to somebody else.",
    "out-in-the-open": "Has put something of their own where strangers find it.",
    "accelerate-first-tier": "Has the whole first tier of Accelerate.",
    "pivot-first-tier": "Has the whole first tier of Pivot.",
    "play-first-tier": "Has the whole first tier of Play.",
    "accelerate-fundamentals": "Has every fundamental skill of Accelerate.",
    "pivot-fundamentals": "Has every fundamental skill of Pivot.",
    "play-fundamentals": "Has every fundamental skill of Play.",
    "accelerate": "Has walked Accelerate from the first tier to the last.",
    "pivot": "Has walked Pivot from the first tier to the last.",
    "play": "Has walked Play from the first tier to the last.",
}


def describe_plainly(apps, schema_editor):
    skills = {skill.slug: skill for skill in SKILLS}
    for row in apps.get_model("pathways", "Skill").objects.filter(slug__in=FORMER_SKILLS):
        if sha256((row.summary + row.description).encode()).hexdigest()[:16] == FORMER_SKILLS[row.slug]:
            row.summary, row.description = skills[row.slug].summary, skills[row.slug].description
            row.save(update_fields=["summary", "description"])
    badges = {badge["slug"]: badge["description"] for badge in BADGES}
    for slug, former in FORMER_BADGES.items():
        rows = apps.get_model("pathways", "Badge").objects.filter(slug=slug, description=former)
        rows.update(description=badges[slug])


class Migration(migrations.Migration):
    dependencies = [("pathways", "0010_spark_is_purple")]
    operations = [migrations.RunPython(describe_plainly, migrations.RunPython.noop)]
