"""Tests that outbox messages are delivered once, also after a killed worker or without Redis, and not after a rollback."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from config.celery import app
from core import clock, jobs, outbox, outbox_loops, tasks
from core.models import OutboxMessage
from core.registry import integrity_findings

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def delivered() -> Iterator[list[str]]:
    """Registers a channel and yields its deliveries; the recipient `broken` fails, `gone` is undeliverable."""
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


def put_into(channel: str, event: str) -> bool:
    """Queues a message that is due, without a wake-up: in tests that would deliver it before `put` returns."""
    is_new = outbox.put(event=event, channel=channel, recipient="cleo", payload={}, delay=timedelta(hours=1))
    OutboxMessage.objects.filter(event=event).update(due_at=LONG_AGO)
    return is_new


def put(event: str = "e1", recipient: str = "cleo") -> bool:
    return outbox.put(event=event, channel="test", recipient=recipient, payload={"words": "hello"})


@pytest.mark.django_db
def test_an_event_is_delivered_once_to_each_recipient(delivered: list[str]) -> None:
    assert put() is True
    assert put() is False
    assert put(recipient="ada") is True

    assert outbox.deliver_due() == 2
    assert outbox.deliver_due() == 0
    assert sorted(delivered) == ["e1 to ada", "e1 to cleo"]


@pytest.mark.django_db
def test_messages_are_inserted_by_one_statement(delivered: list[str], django_assert_num_queries: Any) -> None:
    put()

    with django_assert_num_queries(1), outbox.in_one_statement():
        for recipient in ("cleo", "ada", "ada"):
            put(recipient=recipient)
        with outbox.in_one_statement():
            put("e2")

    assert outbox.deliver_due() == 3
    assert sorted(delivered) == ["e1 to ada", "e1 to cleo", "e2 to cleo"]


@pytest.mark.django_db
def test_messages_collected_before_an_exception_are_dropped(delivered: list[str]) -> None:
    def fail() -> None:
        with outbox.in_one_statement():
            put()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    put("e2")
    assert outbox.deliver_due() == 1
    assert delivered == ["e2 to cleo"]


@pytest.mark.django_db
def test_a_delayed_message_is_delivered_when_it_is_due(delivered: list[str]) -> None:
    outbox.put(event="later", channel="test", recipient="cleo", payload={}, delay=timedelta(hours=1))
    assert outbox.deliver_due() == 0

    OutboxMessage.objects.update(due_at=LONG_AGO)
    assert outbox.deliver_due() == 1


@pytest.mark.django_db
def test_a_failed_message_is_retried_later(delivered: list[str]) -> None:
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
def test_staff_can_retry_a_message_that_was_given_up(delivered: list[str], alex: User) -> None:
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
def test_an_undeliverable_message_is_given_up_at_once(delivered: list[str]) -> None:
    put(recipient="gone")
    outbox.deliver_due()

    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts, message.last_error) == ("dead", 1, "550 no such user")


@pytest.mark.django_db
def test_a_message_of_a_killed_worker_is_retried_after_its_lease(delivered: list[str]) -> None:
    put()
    assert outbox._claim() is not None
    assert outbox.deliver_due() == 0, "its worker may still be running"

    OutboxMessage.objects.update(leased_until=LONG_AGO)
    assert outbox.deliver_due() == 1


@pytest.mark.django_db
def test_a_message_that_always_kills_its_worker_is_given_up(delivered: list[str]) -> None:
    put()
    for _ in range(outbox.MOST_ATTEMPTS):
        OutboxMessage.objects.update(leased_until=LONG_AGO)
        outbox._claim()
    OutboxMessage.objects.update(leased_until=LONG_AGO)
    outbox.deliver_due()

    assert OutboxMessage.objects.get().state == "dead"
    assert delivered == []


def test_a_message_that_was_rolled_back_is_not_delivered(committed: None, delivered: list[str]) -> None:
    with transaction.atomic():
        put()
        transaction.set_rollback(True)

    assert outbox.deliver_due() == 0


def test_ten_workers_deliver_each_message_once(committed: None, delivered: list[str]) -> None:
    for number in range(60):
        put(event=f"e{number}")

    def work(_: int) -> int:
        try:
            return outbox.deliver_due()
        finally:
            connection.close()

    delivered.clear()
    with ThreadPoolExecutor(10) as workers:
        list(workers.map(work, range(10)))
    assert OutboxMessage.objects.filter(state="delivered").count() == 60
    assert len(delivered) == len(set(delivered))


def test_a_transaction_wakes_once_and_the_sweep_delivers_after_a_failed_wake_up(
    committed: None, delivered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def broken(channel: str) -> None:
        calls.append(channel)
        raise ConnectionError("Redis is away")

    monkeypatch.setattr(outbox, "_wakers", [broken])
    with transaction.atomic():
        put("a")
        put("b")
    with transaction.atomic():
        put("c")

    assert calls == ["test"], "no worker is woken for a while after a failure"
    tasks.sweep_outbox(clock.now())
    assert len(delivered) == 3


@pytest.fixture
def slow_server() -> Iterator[tuple[Event, Event]]:
    """Registers a channel whose server does not answer. Yields an event for its call, and one that lets it answer."""
    is_called, may_answer = Event(), Event()

    def deliver(message: OutboxMessage) -> None:
        is_called.set()
        assert may_answer.wait(60)

    outbox.register_channel("slow", deliver)
    yield is_called, may_answer
    may_answer.set()
    del outbox._channels["slow"]


def in_thread(channel: str) -> int:
    try:
        return outbox_loops.run_loop(channel)
    finally:
        connection.close()


def test_a_server_that_does_not_answer_delays_its_own_channel_only(
    committed: None, delivered: list[str], slow_server: tuple[Event, Event]
) -> None:
    is_called, may_answer = slow_server
    for number in range(3):
        put_into("slow", f"slow {number}")
    put_into("test", "quick")
    with ThreadPoolExecutor(2) as threads:
        blocked = threads.submit(in_thread, "slow")
        assert is_called.wait(60)

        assert threads.submit(in_thread, "slow").result(60) == 0, "a second wake-up keeps no thread busy"
        assert threads.submit(in_thread, "test").result(60) == 1
        assert not blocked.done()
        assert delivered == ["quick to cleo"]

        may_answer.set()
        assert blocked.result(60) == 3


def test_a_channel_with_threads_delivers_several_messages_at_a_time_and_each_once(
    committed: None, restored_channel: None
) -> None:
    both, delivered = Barrier(2), []

    def deliver(message: OutboxMessage) -> None:
        both.wait(60)  # breaks unless another message is being delivered
        delivered.append(message.event)

    for number in range(4):
        put_into("pairs", f"number {number}")
    outbox.register_channel("pairs", deliver, threads=2)

    assert in_thread("pairs") == 4
    assert sorted(delivered) == ["number 0", "number 1", "number 2", "number 3"]


@pytest.fixture
def restored_channel() -> Iterator[None]:
    yield
    del outbox._channels["pairs"], outbox._threads["pairs"]


def test_a_message_that_comes_while_the_loop_runs_is_delivered_by_it(
    committed: None, slow_server: tuple[Event, Event]
) -> None:
    is_called, may_answer = slow_server
    put_into("slow", "first")
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(in_thread, "slow")
        assert is_called.wait(60)
        put_into("slow", "second")
        assert outbox_loops.run_loop("slow") == 0
        may_answer.set()

        assert running.result(60) == 2


def test_each_channel_of_a_transaction_is_woken_once(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(outbox, "_wakers", [calls.append])
    with transaction.atomic():
        for number in range(3):
            outbox.put(event=f"a {number}", channel="mail", recipient="cleo", payload={})
            outbox.put(event=f"b {number}", channel="listing", recipient="cleo", payload={})

    assert sorted(calls) == ["listing", "mail"]


@pytest.mark.django_db
def test_the_sweep_gives_up_messages_of_a_channel_that_nobody_delivers() -> None:
    put_into("unknown", "lost")
    tasks.sweep_outbox(clock.now())

    message = OutboxMessage.objects.get()
    assert (message.state, message.last_error) == ("dead", "nobody delivers unknown")


@pytest.mark.django_db
def test_the_payload_of_delivered_messages_is_removed_after_a_week(delivered: list[str]) -> None:
    put()
    outbox.deliver_due()
    tasks.forget_letters(clock.now())
    assert OutboxMessage.objects.get().payload != {}

    tasks.forget_letters(clock.now() + timedelta(days=8))
    assert OutboxMessage.objects.get().payload == {}


def test_pauses_grow_and_the_last_attempt_is_days_later() -> None:
    pauses = [outbox.pause_after(number) for number in range(1, outbox.MOST_ATTEMPTS)]

    assert timedelta(seconds=16) <= pauses[0] <= timedelta(seconds=24)
    assert max(pauses) <= outbox.LONGEST_PAUSE * 1.2
    assert sum(pauses, timedelta()) > timedelta(days=3)


@pytest.mark.django_db
def test_integrity_checks_find_stuck_and_given_up_messages(delivered: list[str], capsys: Any) -> None:
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


@pytest.mark.django_db
def test_a_killed_worker_is_replaced_within_a_minute() -> None:
    sweep = next(job for job in jobs.all_jobs() if job.name == "core.tasks.sweep_outbox")
    (entry,) = app.conf.beat_schedule.values()

    assert outbox.LEASE + sweep.every + timedelta(seconds=entry["schedule"]) < timedelta(seconds=60)


def test_a_delivery_that_takes_longer_than_its_lease_is_renewed(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "RENEW_SECONDS", 0.01)
    may_end, leases = Event(), []

    def deliver(message: OutboxMessage) -> None:
        first = OutboxMessage.objects.get(pk=message.pk).leased_until
        OutboxMessage.objects.filter(pk=message.pk).update(leased_until=LONG_AGO)
        while OutboxMessage.objects.get(pk=message.pk).leased_until == LONG_AGO:
            may_end.wait(0.01)
        leases.append((first, OutboxMessage.objects.get(pk=message.pk).leased_until))

    outbox.register_channel("test", deliver)
    try:
        put()  # without a worker it is delivered after commit, in this process
    finally:
        del outbox._channels["test"]

    ((first, renewed),) = leases
    assert first is not None
    assert renewed is not None
    assert renewed > first


@pytest.mark.django_db
def test_the_lease_of_a_message_that_another_worker_has_is_not_renewed(delivered: list[str]) -> None:
    put()
    mine = outbox._claim()
    assert mine is not None
    OutboxMessage.objects.update(leased_until=LONG_AGO)
    theirs = outbox._claim()
    assert theirs is not None

    assert outbox.renew(mine) is False
    assert outbox.renew(theirs) is True
    assert outbox._try(theirs)
    assert outbox.renew(theirs) is False, "it is delivered"
