"""Tests a worker that is killed between Stripe's answer and the commit of what follows from it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from config.embedded.paths import PROJECT
from payments import ledger
from payments.models import LedgerAccount, LedgerEntry
from payments.stripe import operations, refreshing
from payments.stripe.objects import ProviderPaymentState
from sandbox.stripe.service import StripeSandbox
from tests import environment
from tests.cast import make_builder_person
from tests.payments.stripe.cast import KEY, minor_units, paid


@pytest.mark.slow
def test_a_killed_worker_leaves_nothing_half_done(committed: None, sandbox: StripeSandbox, settings: Any) -> None:
    ada = make_builder_person("Ada Moreno")
    payment_id = paid(sandbox, ada)
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": environment.database_url(f"waymark_{environment.WORKER}"),
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_API_BASE": settings.STRIPE_API_BASE,
        "OUTSIDE_TRUSTED": ",".join(settings.OUTSIDE_TRUSTED),
    }

    command = [sys.executable, "-m", "tests.payments.stripe.killed_worker", payment_id]
    worker = subprocess.run(command, cwd=PROJECT, env=os.environ | variables, timeout=120, check=False)

    assert worker.returncode == -signal.SIGKILL
    assert operations.fetch_payment(payment_id).state is ProviderPaymentState.CAPTURED
    assert not LedgerEntry.objects.exists()
    operations.capture(payment_id)
    refreshing.refresh_payment(payment_id)
    assert sorted(LedgerEntry.objects.values_list("kind", flat=True)) == ["capture", "fee"]
    assert minor_units(sandbox) == {"EUR": 7253}
    assert ledger.balances(None)[LedgerAccount.Kind.PROVIDER]["EUR"].on_the_wire() == "72.53"
