"""The nightly transfers of 10,000 bookings, without the time that the payment provider takes itself."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from accounts.models import BuilderProfile
from core import clock, outbox_loops
from core.ids import uuid7
from core.money import Money
from payments.models import Payment, ProviderAccount, Transfer
from payments.payouts import releasing
from payments.payouts.scheduling import PayoutPlan, schedule
from payments.states import Provider, Status
from payments.stripe import transfers
from payments.stripe.objects import ProviderTransfer
from tests.bench.timing import seconds

BOOKINGS = 10_000


def _answer(transfer: transfers.NewTransfer) -> transfers.SentTransfer:
    """Answers as the provider does, at once."""
    none = Money(Decimal(0), transfer.money.currency)
    movement = ProviderTransfer(id=f"txn_{transfer.key}", money=transfer.money, fee=none, occurred_at=clock.now())
    return transfers.SentTransfer(id=f"tr_{transfer.key}", key=transfer.key, money=transfer.money, movement=movement)


def _prepare() -> None:
    builders = list(BuilderProfile.objects.order_by("created_at").values_list("user_id", flat=True)[:100])
    now = clock.now()
    for number, builder in enumerate(builders):
        ProviderAccount.objects.get_or_create(
            owner_id=builder,
            defaults={"provider_id": f"acct_bench_{number}", "country": "DE", "status": ProviderAccount.Status.READY},
        )
    payments = Payment.objects.bulk_create(
        Payment(
            subject_kind="bench", subject_id=uuid7(), subject_reference="WM-222222",
            payee_id=builders[number % len(builders)], provider=Provider.STRIPE, status=Status.PAID,
            amount=Decimal(75), amount_paid=Decimal(75), currency="EUR", intent_id=f"pi_bench_{number}",
            charge_id=f"ch_bench_{number}", paid_at=now,
        )
        for number in range(BOOKINGS)
    )  # fmt: skip
    over_at = now - timedelta(days=10)
    schedule(
        [
            PayoutPlan(payment.pk, over_at, [(builders[number % len(builders)], Decimal(100))])
            for number, payment in enumerate(payments)
        ]
    )


def nightly_transfers() -> None:
    """Prints how long they take, which is to be three minutes at most."""
    _prepare()
    released = seconds(lambda: releasing.pay_due(clock.now()))
    began = time.process_time()
    with patch.object(transfers, "send", _answer):
        sent = seconds(lambda: outbox_loops.run_loop(releasing.CHANNEL))
    cpu = (time.process_time() - began) / BOOKINGS * 1000
    count = Transfer.objects.filter(payment__subject_kind="bench", state=Transfer.State.PAID).count()
    assert count == BOOKINGS, count
    print(
        f"nightly transfers of {BOOKINGS:,} bookings: {released:.1f} s made payable and queued, {sent:.1f} s sent, "
        f"with {cpu:.1f} ms of CPU for each"
    )
