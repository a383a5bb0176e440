"""Payments that were begun before keep the fee of today, and disputes that wait for evidence are looked at once more."""

from typing import Any

from django.conf import settings
from django.db import migrations
from django.db.models.functions import Now


def fill(apps: Any, schema_editor: Any) -> None:
    payments = apps.get_model("payments", "Payment").objects.filter(provider="stripe", shared_at=None)
    payments.update(fee_percent=settings.PLATFORM_FEE_PERCENT)
    disputes = apps.get_model("payments", "PaymentDispute").objects
    disputes.filter(status__in=["needs_response", "warning_needs_response"]).update(remind_at=Now())


class Migration(migrations.Migration):
    dependencies = [("payments", "0009_holds_fees_and_reminders")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
