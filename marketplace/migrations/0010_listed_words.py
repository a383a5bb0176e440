from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

WORDS = r"""
INSERT INTO marketplace_listedword (word)
SELECT DISTINCT word FROM marketplace_builderlisting, regexp_split_to_table(words, '[\s[:punct:]]+') AS word
WHERE is_listed AND length(word) BETWEEN 3 AND 60
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0009_builders_to_verify")]

    operations = [
        migrations.CreateModel(
            name="ListedWord",
            fields=[("word", models.CharField(max_length=60, primary_key=True, serialize=False))],
            options={"indexes": [GinIndex(OpClass("word", name="gin_trgm_ops"), name="listed_word_similar")]},
        ),
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
        migrations.RemoveIndex("builderlisting", "listing_words"),
    ]
