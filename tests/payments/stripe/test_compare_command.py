"""Tests `manage.py compare_with_stripe`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User
from sandbox.stripe.service import StripeSandbox
from tests.payments.stripe.cast import paid

pytestmark = pytest.mark.django_db


def test_only_the_payment_that_waymark_did_not_create_is_printed(sandbox: StripeSandbox, ada: User) -> None:
    paid(sandbox, ada, is_held=False)
    sandbox.payments.create({"amount": "5000", "currency": "eur", "confirm": "true", "payment_method": "pm_card_visa"})
    output = StringIO()

    call_command("compare_with_stripe", stdout=output)

    difference, summary = output.getvalue().splitlines()
    assert difference.endswith(": 48.25 EUR at Stripe, nothing in the ledger")
    assert summary == "2 movements read, 1 difference"
