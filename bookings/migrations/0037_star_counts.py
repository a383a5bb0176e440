"""How many public reviews of each builder give each number of stars, kept by the database with every change."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# A review counts if it is public: `ReviewQuerySet.public` is the same rule. The booking is locked while its review changes,
# so that of two changes at the same time the later one sees the earlier one.
TRIGGERS = """
CREATE FUNCTION count_stars(builder uuid, stars int, difference int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO bookings_starcount (builder_id, counts)
    SELECT builder, array_agg(CASE WHEN place = stars THEN difference ELSE 0 END ORDER BY place)
    FROM generate_series(1, 5) AS place
    ON CONFLICT (builder_id) DO UPDATE SET counts[stars] = bookings_starcount.counts[stars] + difference;
$$;
CREATE FUNCTION count_stars_of_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_shown boolean := false;
    is_shown boolean := false;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        was_shown := OLD.side = 'client' AND OLD.published_at IS NOT NULL AND OLD.hidden_at IS NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        is_shown := NEW.side = 'client' AND NEW.published_at IS NOT NULL AND NEW.hidden_at IS NULL;
    END IF;
    IF NOT was_shown AND NOT is_shown OR was_shown AND is_shown AND OLD.rating = NEW.rating THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM bookings_booking WHERE id = coalesce(NEW.booking_id, OLD.booking_id) AND state = 'COMPLETED' FOR SHARE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF was_shown THEN
        PERFORM count_stars(OLD.builder_id, OLD.rating, -1);
    END IF;
    IF is_shown THEN
        PERFORM count_stars(NEW.builder_id, NEW.rating, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_stars AFTER INSERT OR UPDATE OR DELETE ON bookings_review
    FOR EACH ROW EXECUTE FUNCTION count_stars_of_review();
CREATE FUNCTION count_stars_of_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count_stars(builder_id, rating, CASE WHEN NEW.state = 'COMPLETED' THEN 1 ELSE -1 END)
    FROM bookings_review
    WHERE booking_id = NEW.id AND side = 'client' AND published_at IS NOT NULL AND hidden_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER count_stars AFTER UPDATE OF state ON bookings_booking
    FOR EACH ROW WHEN ((OLD.state = 'COMPLETED') <> (NEW.state = 'COMPLETED')) EXECUTE FUNCTION count_stars_of_booking();
"""
NO_TRIGGERS = """
DROP TRIGGER count_stars ON bookings_booking;
DROP TRIGGER count_stars ON bookings_review;
DROP FUNCTION count_stars_of_booking();
DROP FUNCTION count_stars_of_review();
DROP FUNCTION count_stars(uuid, int, int);
"""
FILL = """
INSERT INTO bookings_starcount (builder_id, counts)
SELECT r.builder_id, ARRAY[count(*) FILTER (WHERE r.rating = 1), count(*) FILTER (WHERE r.rating = 2),
    count(*) FILTER (WHERE r.rating = 3), count(*) FILTER (WHERE r.rating = 4), count(*) FILTER (WHERE r.rating = 5)]
FROM bookings_review r JOIN bookings_booking b ON b.id = r.booking_id AND b.state = 'COMPLETED'
WHERE r.side = 'client' AND r.published_at IS NOT NULL AND r.hidden_at IS NULL GROUP BY 1
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0036_index_of_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="StarCount",
            fields=[
                (
                    "builder",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("counts", ArrayField(base_field=models.IntegerField(), size=5)),
            ],
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
