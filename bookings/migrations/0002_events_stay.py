"""What happened stays as it happened. Only the words of a reason may be taken back, when their person goes."""

from django.db import migrations

FORBID = """
CREATE FUNCTION bookings_events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.reason = '' AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'booking events are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON bookings_bookingevent
    FOR EACH ROW EXECUTE FUNCTION bookings_events_are_append_only();
"""
ALLOW = "DROP TRIGGER append_only ON bookings_bookingevent; DROP FUNCTION bookings_events_are_append_only();"


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_first")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
