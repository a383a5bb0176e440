"""What is in the outbox arrives: once, whoever dies, with Redis away too; and what was rolled back never."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import clock, outbox, tasks
from core.models import OutboxMessage
from core.registry import integrity_findings

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def arrived() -> Iterator[list[str]]:
    """A channel whose deliveries are written down; a recipient called `broken` fails, `gone` is no more."""
    seen: list[str] = []

    def deliver(message: OutboxMessage) -> None:
        if message.recipient == "broken":
            raise ConnectionError("421 try later")
        if message.recipient == "gone":
            raise outbox.Undeliverable("550 no such user")
        seen.append(f"{message.event} to {message.recipient}")

    outbox.register_channel("test", deliver)
    yield seen
    del outbox._channels["test"]


def put(event: str = "e1", recipient: str = "cleo") -> bool:
    return outbox.put(event=event, channel="test", recipient=recipient, payload={"words": "hello"})


@pytest.mark.django_db
def test_an_event_is_told_once_to_each(arrived: list[str]) -> None:
    assert put() is True
    assert put() is False
    assert put(recipient="ada") is True

    assert outbox.deliver_due() == 2
    assert outbox.deliver_due() == 0
    assert sorted(arrived) == ["e1 to ada", "e1 to cleo"]


@pytest.mark.django_db
def test_a_delayed_message_waits(arrived: list[str]) -> None:
    outbox.put(event="later", channel="test", recipient="cleo", payload={}, delay=timedelta(hours=1))
    assert outbox.deliver_due() == 0

    OutboxMessage.objects.update(due_at=LONG_AGO)
    assert outbox.deliver_due() == 1


@pytest.mark.django_db
def test_a_failure_is_tried_again_later_and_then_arrives(arrived: list[str]) -> None:
    put(recipient="broken")
    outbox.deliver_due()

    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == ("waiting", 1)
    assert message.last_error == "ConnectionError: 421 try later"
    assert message.due_at > clock.now() + timedelta(seconds=10)
    OutboxMessage.objects.update(recipient="mended", due_at=LONG_AGO)
    assert outbox.deliver_due() == 1
    assert OutboxMessage.objects.get().last_error == ""


@pytest.mark.django_db
def test_after_the_last_try_staff_see_it_and_may_try_again(arrived: list[str], alex: User) -> None:
    put(recipient="broken")
    for _ in range(outbox.MOST_ATTEMPTS):
        OutboxMessage.objects.update(due_at=LONG_AGO)
        outbox.deliver_due()
    assert OutboxMessage.objects.get().state == "dead"

    OutboxMessage.objects.update(recipient="mended")
    client = Client()
    client.force_login(alex)
    page = reverse("admin:core_outboxmessage_changelist")
    client.post(page, {"action": "try_again", "_selected_action": [str(OutboxMessage.objects.get().pk)]})
    assert outbox.deliver_due() == 1


@pytest.mark.django_db
def test_what_cannot_arrive_is_given_up_at_once(arrived: list[str]) -> None:
    put(recipient="gone")
    outbox.deliver_due()

    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts, message.last_error) == ("dead", 1, "550 no such user")


@pytest.mark.django_db
def test_a_message_of_a_dead_worker_is_tried_again_after_its_lease(arrived: list[str]) -> None:
    put()
    assert outbox._claim() is not None
    assert outbox.deliver_due() == 0, "somebody may still be at it"

    OutboxMessage.objects.update(leased_until=LONG_AGO)
    assert outbox.deliver_due() == 1


@pytest.mark.django_db
def test_a_message_that_kills_its_worker_every_time_dies_out(arrived: list[str]) -> None:
    put()
    for _ in range(outbox.MOST_ATTEMPTS):
        OutboxMessage.objects.update(leased_until=LONG_AGO)
        outbox._claim()
    OutboxMessage.objects.update(leased_until=LONG_AGO)
    outbox.deliver_due()

    assert OutboxMessage.objects.get().state == "dead"
    assert arrived == []


def test_what_was_rolled_back_never_arrives(committed: None, arrived: list[str]) -> None:
    with transaction.atomic():
        put()
        transaction.set_rollback(True)

    assert outbox.deliver_due() == 0


def test_ten_workers_deliver_each_message_once(committed: None, arrived: list[str]) -> None:
    for number in range(60):
        put(event=f"e{number}")

    def work(_: int) -> int:
        try:
            return outbox.deliver_due()
        finally:
            connection.close()

    arrived.clear()
    with ThreadPoolExecutor(10) as workers:
        list(workers.map(work, range(10)))
    assert OutboxMessage.objects.filter(state="delivered").count() == 60
    assert len(arrived) == len(set(arrived))


def test_one_transaction_wakes_once_and_a_failed_wake_up_loses_nothing(
    committed: None, arrived: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def broken() -> None:
        calls.append(1)
        raise ConnectionError("Redis is away")

    monkeypatch.setattr(outbox, "_wakers", [broken])
    monkeypatch.setattr(outbox, "_quiet_until", 0.0)
    with transaction.atomic():
        put("a")
        put("b")
    with transaction.atomic():
        put("c")

    assert calls == [1], "and then nobody is asked for a while"
    tasks.sweep_outbox(clock.now())
    assert len(arrived) == 3


@pytest.mark.django_db
def test_words_are_forgotten_after_a_week(arrived: list[str]) -> None:
    put()
    outbox.deliver_due()
    tasks.forget_letters(clock.now())
    assert OutboxMessage.objects.get().payload != {}

    tasks.forget_letters(clock.now() + timedelta(days=8))
    assert OutboxMessage.objects.get().payload == {}


def test_pauses_grow_and_the_last_try_is_days_later() -> None:
    pauses = [outbox.pause_after(number) for number in range(1, outbox.MOST_ATTEMPTS)]

    assert timedelta(seconds=16) <= pauses[0] <= timedelta(seconds=24)
    assert max(pauses) <= outbox.LONGEST_PAUSE * 1.2
    assert sum(pauses, timedelta()) > timedelta(days=3)


@pytest.mark.django_db
def test_integrity_finds_what_is_stuck_and_what_is_dead(arrived: list[str], capsys: Any) -> None:
    assert integrity_findings(clock.now()) == []
    put("stuck")
    put("dead", recipient="gone")
    outbox.deliver_due()
    put("fine")
    OutboxMessage.objects.filter(event="stuck").update(due_at=LONG_AGO, state="waiting", delivered_at=None)

    assert [finding.check for finding in integrity_findings(clock.now())] == ["outbox: given up", "outbox: stuck"]
    with pytest.raises(SystemExit):
        call_command("audit_integrity")
    assert "2 faults" in capsys.readouterr().out
