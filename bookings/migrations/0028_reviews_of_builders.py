"""The builder on each review, with an index for the reviews on a builder's page, which otherwise join all their bookings."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The database fills the column in, so that it is right for whatever writes a review, also while old processes still run.
TRIGGER = """
CREATE FUNCTION fill_builder_of_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT builder_id INTO NEW.builder_id FROM bookings_booking WHERE id = NEW.booking_id;
    RETURN NEW;
END $$;
CREATE TRIGGER fill_builder BEFORE INSERT OR UPDATE ON bookings_review
    FOR EACH ROW WHEN (NEW.builder_id IS NULL) EXECUTE FUNCTION fill_builder_of_review();
"""
NO_TRIGGER = "DROP TRIGGER fill_builder ON bookings_review; DROP FUNCTION fill_builder_of_review();"
FILL = """
UPDATE bookings_review SET builder_id = booking.builder_id
FROM bookings_booking booking WHERE booking.id = bookings_review.booking_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0027_demand_and_attempts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="review",
            name="builder",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
