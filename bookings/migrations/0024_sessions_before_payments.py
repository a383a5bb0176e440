"""Sessions that were over before payments were recorded, and so cannot be said to be unpaid."""

from django.db import migrations

MARK = """
    UPDATE bookings_booking booking SET payment_timing = ''
    WHERE state IN ('COMPLETED', 'CANCELLED', 'DISPUTED') AND NOT EXISTS (
        SELECT 1 FROM payments_payment payment
        WHERE payment.subject_kind = 'booking' AND payment.subject_id = booking.id)
"""
UNMARK = "UPDATE bookings_booking SET payment_timing = 'outside' WHERE payment_timing = ''"


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0023_payment_timing'),
        ('payments', '0005_checkouts'),
    ]

    operations = [migrations.RunSQL(MARK, UNMARK)]
