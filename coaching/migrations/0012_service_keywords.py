"""Other words for the first services, by which a search that finds nobody suggests them."""

from django.db import migrations, models

KEYWORDS = {
    "mixing": "mix, audio, sound, song, track, vocals, band, music",
    "mastering": "master, audio, sound, album, loudness, music",
    "production": "producer, beat, beats, recording, studio, music, song",
    "songwriting": "song, lyrics, melody, guitar, piano, singing, music",
    "app-review": "app, feedback, usability, testing, website",
    "app-building": "app, programming, coding, developer, software, website, mobile, python",
    "product-strategy": "product, startup, business, roadmap, launch, idea",
    "interface-design": "design, designer, ux, ui, website, logo, figma",
    "automation": "automate, workflow, spreadsheet, excel, scripting, bot",
    "career-coaching": "career, job, interview, cv, resume, promotion, leadership, coach",
    "deal-coaching": "deal, negotiation, sales, contract, salary, real estate, property",
    "photography": "photo, camera, portrait, picture, wedding, lightroom",
    "podcasting": "podcast, microphone, voice, interview, radio, audio",
    "game-making": "game, games, unity, godot, level design",
}


def load(apps, schema_editor):
    Service = apps.get_model("coaching", "Service")
    for slug, keywords in KEYWORDS.items():
        Service.objects.filter(slug=slug, keywords="").update(keywords=keywords)


class Migration(migrations.Migration):
    dependencies = [("coaching", "0011_payment_timing")]
    operations = [
        migrations.AddField(
            model_name="service",
            name="keywords",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="With commas between them, such as “guitar, piano” for Songwriting. A search for such a word that "
                "finds nobody suggests this service.",
                max_length=300,
                verbose_name="other words for it",
            ),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
