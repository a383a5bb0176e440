"""The audit refuses to be rewritten, by anybody; and rates to begin with, which admins keep up to date."""

import datetime

from django.db import migrations

# Units of the currency per US dollar, rounded: good enough to sort and filter prices by.
RATES = {
    "AED": "3.6725", "ARS": "1480", "AUD": "1.53", "BRL": "5.35", "CAD": "1.40", "CHF": "0.805", "CLP": "940",
    "CNY": "7.11", "CZK": "20.9", "DKK": "6.44", "EUR": "0.863", "GBP": "0.761", "HKD": "7.78", "HUF": "331",
    "IDR": "16700", "ILS": "3.27", "INR": "89.2", "JPY": "156", "KES": "129.5", "KRW": "1470", "KWD": "0.307",
    "MXN": "18.4", "MYR": "4.14", "NGN": "1450", "NOK": "10.2", "NPR": "142.5", "NZD": "1.78", "PHP": "58.9",
    "PLN": "3.66", "RON": "4.39", "SAR": "3.75", "SEK": "9.53", "SGD": "1.307", "THB": "32.4", "TRY": "42.4",
    "UAH": "42.2", "VND": "26350", "ZAR": "17.3",
}

FORBID = """
CREATE FUNCTION core_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION core_audit_is_append_only();
"""
ALLOW = "DROP TRIGGER append_only ON core_auditentry; DROP FUNCTION core_audit_is_append_only();"


def add_rates(apps, schema_editor):
    rate = apps.get_model("core", "ExchangeRate")
    day = datetime.date(2026, 11, 1)
    rate.objects.bulk_create(
        [rate(currency=code, per_dollar=value, as_of=day) for code, value in RATES.items()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_outbox_rates")]
    operations = [
        migrations.RunSQL(FORBID, ALLOW),
        migrations.RunPython(add_rates, migrations.RunPython.noop),
    ]
