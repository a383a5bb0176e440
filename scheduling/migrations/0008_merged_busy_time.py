"""Stores each builder's busy time merged, and keeps it so by triggers.

A statement that changes busy time merges that of its builders anew, in the same transaction. Two transactions that
change the busy time of one builder do so one after the other: each takes an advisory lock before it reads, since
otherwise the second would overwrite what the first has added.
"""

import django.db.models.deletion
import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models

import scheduling.fields

MERGED_ROWS = """
    kind = 'EXTERNAL' AND session_type_id IS NULL AND capacity = 1 AND buffer_before = 0 AND buffer_after = 0
"""
FUNCTIONS = f"""
CREATE FUNCTION scheduling_merge_busy_time_of(owner uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    merged tstzmultirange;
    shortest integer;
    gap interval;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('merged busy time of ' || owner, 0));
    SELECT range_agg(during) INTO merged FROM scheduling_reservation
    WHERE builder_id = owner AND released_at IS NULL AND kind IN ('EXTERNAL', 'TIME_OFF') AND {MERGED_ROWS}
      AND during && tstzrange(now() - interval '60 days', NULL);
    IF merged IS NULL THEN
        DELETE FROM scheduling_mergedbusytime WHERE builder_id = owner;
        RETURN;
    END IF;
    FOREACH shortest IN ARRAY ARRAY[5, 15, 30, 45, 60, 90, 120] LOOP
        gap := make_interval(secs => shortest * 60 - 1);
        SELECT range_agg(tstzrange(lower(part), upper(part) - gap)) INTO merged FROM unnest((
            SELECT range_agg(tstzrange(lower(busy), upper(busy) + gap)) FROM unnest(merged) AS busy
        )) AS part;
        INSERT INTO scheduling_mergedbusytime (builder_id, minutes, times) VALUES (owner, shortest, merged)
        ON CONFLICT (builder_id, minutes) DO UPDATE SET times = excluded.times
        WHERE scheduling_mergedbusytime.times <> excluded.times;
    END LOOP;
END $$;

CREATE FUNCTION scheduling_busy_time_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner uuid;
BEGIN
    FOR owner IN SELECT DISTINCT builder_id FROM changed WHERE {MERGED_ROWS} ORDER BY builder_id LOOP
        PERFORM scheduling_merge_busy_time_of(owner);
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION scheduling_busy_time_updated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner uuid;
BEGIN
    FOR owner IN
        SELECT builder_id FROM before WHERE {MERGED_ROWS}
        UNION SELECT builder_id FROM changed WHERE {MERGED_ROWS} ORDER BY builder_id
    LOOP
        PERFORM scheduling_merge_busy_time_of(owner);
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER busy_time_inserted AFTER INSERT ON scheduling_reservation
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scheduling_busy_time_changed();
CREATE TRIGGER busy_time_deleted AFTER DELETE ON scheduling_reservation
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION scheduling_busy_time_changed();
CREATE TRIGGER busy_time_updated AFTER UPDATE ON scheduling_reservation
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION scheduling_busy_time_updated();

SELECT scheduling_merge_busy_time_of(builder_id) FROM (
    SELECT DISTINCT builder_id FROM scheduling_reservation WHERE released_at IS NULL AND {MERGED_ROWS}
) AS builders;
"""  # noqa: S608  (built from constants only)
UNDO = """
DROP TRIGGER busy_time_inserted ON scheduling_reservation;
DROP TRIGGER busy_time_deleted ON scheduling_reservation;
DROP TRIGGER busy_time_updated ON scheduling_reservation;
DROP FUNCTION scheduling_busy_time_changed();
DROP FUNCTION scheduling_busy_time_updated();
DROP FUNCTION scheduling_merge_busy_time_of(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("scheduling", "0007_free_times_in_the_admin"),
    ]

    operations = [
        migrations.CreateModel(
            name="MergedBusyTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes", models.PositiveSmallIntegerField()),
                ("times", scheduling.fields.DateTimeMultiRangeField()),
                (
                    "builder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "merged busy times",
                "constraints": [
                    models.UniqueConstraint(fields=("builder", "minutes"), name="one_merged_busy_time"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=django.contrib.postgres.indexes.GistIndex(
                condition=models.Q(
                    ("kind__in", ["EXTERNAL", "TIME_OFF"]),
                    ("released_at__isnull", True),
                    models.Q(
                        ("kind", "TIME_OFF"),
                        ("session_type__isnull", False),
                        ("capacity__gt", 1),
                        ("buffer_before__gt", 0),
                        ("buffer_after__gt", 0),
                        _connector="OR",
                    ),
                ),
                fields=["builder", "during"],
                name="busy_and_not_merged",
            ),
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
    ]
