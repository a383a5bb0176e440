"""The languages of builders, and whether they offer remote sessions or sessions in person, as filters of the search."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

FILL = """
UPDATE marketplace_builderlisting listing SET formats = offered.formats
FROM (SELECT builder_id, array_remove(ARRAY[CASE WHEN bool_or(is_remote) THEN 'remote' END,
        CASE WHEN bool_or(is_in_person) THEN 'in_person' END], NULL) AS formats
    FROM coaching_sessiontype WHERE is_active GROUP BY builder_id) offered
WHERE offered.builder_id = listing.builder_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_languages'),
        ('coaching', '0007_plain_labels'),
        ('marketplace', '0002_snake_case_in_listings'),
    ]

    operations = [
        migrations.AddField(
            model_name='builderlisting',
            name='languages',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), default=list, size=None),
        ),
        migrations.AddField(
            model_name='builderlisting',
            name='formats',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=9), default=list, size=None),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='builderlisting',
            index=django.contrib.postgres.indexes.GinIndex(fields=['languages'], name='listing_languages'),
        ),
    ]
