"""Names the typed details of drafts and waiting lists `details`, the choice of a place in them `place`, and where an
attempt to book began `channel`."""

from __future__ import annotations

from django.db import migrations, models

RENAME_KEY = """
UPDATE {table} SET details = details - '{old}' || jsonb_build_object('{new}', details -> '{old}') WHERE details ? '{old}'
"""


def rename_key(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        RENAME_KEY.format(table=table, old="way", new="place"), RENAME_KEY.format(table=table, old="place", new="way")
    )


class Migration(migrations.Migration):
    dependencies = [("bookings", "0037_star_counts")]

    operations = [
        migrations.RenameField("draft", "told", "details"),
        migrations.RenameField("waitinglistentry", "told", "details"),
        migrations.RemoveConstraint("funnelcount", "one_count_a_step"),
        migrations.RenameField("funnelcount", "way", "channel"),
        migrations.AddConstraint(
            "funnelcount",
            models.UniqueConstraint(fields=["builder", "day", "channel", "step", "reason"], name="one_count_a_step"),
        ),
        rename_key("bookings_draft"),
        rename_key("bookings_place"),
    ]
