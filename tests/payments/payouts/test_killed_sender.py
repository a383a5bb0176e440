"""A worker that is killed between Stripe's answer and the commit of what follows from it sends and takes back once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from config.embedded.paths import PROJECT
from core import clock, outbox
from core.models import OutboxMessage
from payments import refunds
from payments.models import Transfer, TransferReversal
from payments.payouts import releasing
from sandbox.stripe.service import StripeSandbox
from tests import environment
from tests.cast import make_builder_person, make_person
from tests.payments.payouts.cast import check_books, in_account, onboarded, scheduled, transfer_of, work
from tests.payments.stripe.cast import KEY


def kill_a_worker(channel: str, settings: Any) -> None:
    """Runs a worker that dies once Stripe has answered, and lets another one look at its message at once."""
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": environment.database_url(f"waymark_{environment.WORKER}"),
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_API_BASE": settings.STRIPE_API_BASE,
        "OUTSIDE_TRUSTED": ",".join(settings.OUTSIDE_TRUSTED),
    }
    OutboxMessage.objects.filter(channel=channel, state="waiting").update(due_at=clock.now())
    command = [sys.executable, "-m", "tests.payments.payouts.killed_sender", channel]
    worker = subprocess.run(command, cwd=PROJECT, env=os.environ | variables, timeout=120, check=False)
    assert worker.returncode == -signal.SIGKILL
    OutboxMessage.objects.filter(channel=channel, state="waiting").update(leased_until=None, due_at=clock.now())


@pytest.mark.slow
def test_a_transfer_and_its_reversal_are_made_once(committed: None, sandbox: StripeSandbox, settings: Any) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Park")
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    sandbox.set_fault("500 once")  # so that the transfer waits for another worker
    releasing.pay_due(clock.now())

    kill_a_worker("transfer", settings)
    assert in_account(sandbox, account) == {"eur": 6750}
    assert transfer_of(payment).state == Transfer.State.SENDING
    work()
    assert transfer_of(payment).state == Transfer.State.PAID
    assert len(sandbox.books.all("transfer")) == 1

    with transaction.atomic():  # so that the reversal is committed together with its message being leased
        refunds.refund(payment=payment, amount=Decimal(25), reason="Too short.", by=ada)
        outbox.deliver_due("refund")
        OutboxMessage.objects.filter(channel="reversal").update(leased_until=clock.now() + timedelta(minutes=1))
    OutboxMessage.objects.filter(channel="reversal").update(leased_until=None)
    kill_a_worker("reversal", settings)
    assert in_account(sandbox, account) == {"eur": 4500}
    assert TransferReversal.objects.get().status == TransferReversal.Status.PENDING
    work()
    assert TransferReversal.objects.get().status == TransferReversal.Status.DONE
    assert in_account(sandbox, account) == {"eur": 4500}
    assert len(sandbox.books.all("transfer_reversal")) == 1
    check_books(sandbox)
