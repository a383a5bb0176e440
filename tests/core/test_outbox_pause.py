"""The pause of the outbox after a restore."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from core import clock, outbox, outbox_pause
from core.models import OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered() -> list[str]:
    """Returns the events of what is delivered on a channel of this test."""
    events: list[str] = []
    outbox.register_channel("pause_test", lambda message: events.append(message.event))
    return events


def put(event: str) -> None:
    outbox.put(event=event, channel="pause_test", recipient="cleo@example.org", payload={})


def test_nothing_is_delivered_while_the_outbox_is_paused(delivered: list[str]) -> None:
    put("welcome")
    outbox_pause.pause("Restored from a backup")

    outbox.deliver_due("pause_test")
    assert delivered == []

    outbox_pause.release(drop=False)
    outbox.deliver_due("pause_test")
    assert delivered == ["welcome"]


def test_what_was_waiting_can_be_dropped(delivered: list[str]) -> None:
    put("old")
    OutboxMessage.objects.update(created_at=clock.now() - timedelta(hours=1))
    outbox_pause.pause("Restored from a backup")
    put("new")
    printed = StringIO()

    call_command("release_outbox", drop=True, stdout=printed)
    outbox.deliver_due("pause_test")

    assert delivered == ["new"]
    assert "1 messages were dropped" in printed.getvalue()
    assert OutboxMessage.objects.get(event="old").last_error == "Not sent, since the site was restored"
