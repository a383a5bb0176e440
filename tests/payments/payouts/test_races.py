"""A transfer that is sent while its builder's account changes, with real threads and connections."""

from __future__ import annotations

import threading

from django.db import connection, transaction

from payments.models import ProviderAccount, Transfer
from payments.payouts import releasing, sending
from tests.at_once import DONE, at_once
from tests.factories import payments as factories
from tests.scheduling.waiting import wait_until

State = Transfer.State


def waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_an_account_that_becomes_ready_while_a_transfer_is_sent(committed: None) -> None:
    transfer = factories.TransferFactory.create(state=State.PAYABLE, amount=50)
    account = factories.ProviderAccountFactory.create(owner=transfer.owner)
    is_locked = threading.Event()

    def become_ready() -> None:
        with transaction.atomic():
            ProviderAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
            is_locked.set()
            wait_until(waits_for_a_row)
            releasing.queue_payable(transfer.owner_id)

    def send() -> None:
        assert is_locked.wait(timeout=30)
        sending.begin(transfer.pk)

    assert at_once(become_ready, send) == [DONE, DONE]
    transfer.refresh_from_db()
    assert (transfer.state, transfer.attempts) == (State.SENDING, 1)
