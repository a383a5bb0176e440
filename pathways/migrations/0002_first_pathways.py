"""The three pathways that Waymark starts with. Admins may change every word of them."""

from django.db import migrations

PATHWAYS = [
    {
        "slug": "accelerate",
        "name": "Accelerate",
        "look": "summit",
        "order": 1,
        "tagline": "You know where you are going. Get there sooner.",
        "description": "For people who are good at something and want to be known for it. You work on real projects "
        "with a builder who has shipped the same thing before, and drop what only feels like progress.",
        "for_whom": "You have work under way, and it moves too slowly\n"
        "You want a second pair of eyes that has seen this before\n"
        "You would rather finish one thing than start three",
        "tier1": "Find the one bottleneck, and a rhythm that lasts",
        "tier2": "Ship with a builder beside you, review by review",
        "tier3": "Lead: set the standard, and teach it to others",
    },
    {
        "slug": "pivot",
        "name": "Pivot",
        "look": "turn",
        "order": 2,
        "tagline": "Keep what you are good at. Change what you do with it.",
        "description": "For people who change fields without starting from nothing. You find out what carries over, "
        "learn the few things that are missing, and leave with work that proves it.",
        "for_whom": "Your field is shrinking, or you are done with it\n"
        "You do not know which of your skills still count\n"
        "You need proof, not another certificate",
        "tier1": "Take stock: what carries over, what is missing",
        "tier2": "Build the proof in small, real projects",
        "tier3": "Cross over: the first role, the first client",
    },
    {
        "slug": "play",
        "name": "Play",
        "look": "spark",
        "order": 3,
        "tagline": "Make something because you want it to exist.",
        "description": "For people who want to make things for the joy of it: a song, a game, a small tool. No grades "
        "and no deadline but your own, and a builder who keeps you going when it gets fiddly.",
        "for_whom": "You have an idea that will not leave you alone\n"
        "You learn best by making, and by laughing about it\n"
        "You want to show it to somebody at the end",
        "tier1": "First sparks: tools, tricks and a tiny finished thing",
        "tier2": "A project of your own, a little too big on purpose",
        "tier3": "Put it out: play it, show it, give it away",
    },
]


def add(apps, schema_editor):
    pathway = apps.get_model("pathways", "Pathway")
    for row in PATHWAYS:
        pathway.objects.get_or_create(slug=row["slug"], defaults=row)


class Migration(migrations.Migration):
    dependencies = [("pathways", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
