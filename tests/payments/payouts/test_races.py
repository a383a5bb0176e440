"""A transfer that is sent while its builder's account changes, with real threads and connections."""

from __future__ import annotations

import threading

from django.db import transaction

from core import clock, outbox
from core.models import OutboxMessage
from payments.models import ProviderAccount, Transfer
from payments.payouts import by_hand, releasing, sending
from sandbox.stripe.service import StripeSandbox
from tests.at_once import DONE, at_once
from tests.cast import make_builder_person, make_person
from tests.factories import payments as factories
from tests.payments.payouts.cast import in_account, onboarded, scheduled, transfer_of
from tests.scheduling.waiting import is_lock_awaited, wait_until

State = Transfer.State


def test_an_account_that_becomes_ready_while_a_transfer_is_sent(committed: None) -> None:
    transfer = factories.TransferFactory.create(state=State.PAYABLE, amount=50)
    account = factories.ProviderAccountFactory.create(owner=transfer.owner)
    is_locked = threading.Event()

    def become_ready() -> None:
        with transaction.atomic():
            ProviderAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
            is_locked.set()
            wait_until(is_lock_awaited)
            releasing.queue_payable(transfer.owner_id)

    def send() -> None:
        assert is_locked.wait(timeout=30)
        sending.begin(transfer.pk)

    assert at_once(become_ready, send) == [DONE, DONE]
    transfer.refresh_from_db()
    assert (transfer.state, transfer.attempts) == (State.SENDING, 1)


def test_the_command_beside_the_nightly_job_sends_one_transfer(committed: None, sandbox: StripeSandbox) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Park")
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    now = clock.now()

    outcomes = at_once(lambda: releasing.pay_due(now), lambda: by_hand.pay_now(builder=ada, by=None))
    for _ in range(3):
        OutboxMessage.objects.filter(channel="transfer", state="waiting").update(due_at=clock.now(), leased_until=None)
        at_once(lambda: outbox.deliver_due("transfer"), lambda: outbox.deliver_due("transfer"))

    assert outcomes == [DONE, DONE]
    assert in_account(sandbox, account) == {"eur": 6750}
    assert len(sandbox.books.all("transfer")) == 1
    assert transfer_of(payment).state == State.PAID
