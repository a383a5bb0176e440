"""Tests of who may listen to the live events of a conversation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User
from core import clock, live
from messaging import opening, services
from messaging.live import topic_of
from messaging.opening import Correspondent
from tests.cast import make_person
from tests.messaging.cast import conversation_of, say

pytestmark = pytest.mark.django_db


def test_only_the_two_people_hear_of_their_conversation(ada: User, cleo: User, suri: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    topics = [topic_of(mine), f"messages:{cleo.pk}"]

    heard = {
        str(person): live.allowed(person, topics)
        for person in (cleo, ada, suri, make_person("Sam Lee"), AnonymousUser())
    }

    assert heard == {
        "Cleo Park": topics, "Ada Moreno": topics[:1], "Suri Support": [], "Sam Lee": [], "AnonymousUser": [],
    }  # fmt: skip


def test_a_guest_hears_by_a_signed_topic(ada: User) -> None:
    guest = opening.open_between(Correspondent(guest_key="a" * 32, name="Gwen"), Correspondent(ada))
    topic = topic_of(guest)

    assert live.allowed(AnonymousUser(), [topic, f"{topic[:-1]}x", topic.partition(".")[0]]) == [topic]


def published(before: int) -> list[dict[str, Any]]:
    """Returns the events that this transaction will publish, after the first so many."""
    calls = [entry[1] for entry in connection.run_on_commit][before:]
    return [json.loads(call.text) for call in calls if hasattr(call, "text")]


def test_a_message_is_announced_to_both_and_its_words_to_nobody(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    before = len(connection.run_on_commit)

    say(mine, "Secret words")

    events = published(before)
    assert {event["topic"] for event in events} == {topic_of(mine), f"messages:{cleo.pk}", f"messages:{ada.pk}"}
    assert "Secret" not in json.dumps(events)


def test_typing_is_announced_unless_somebody_has_blocked(ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    before = len(connection.run_on_commit)
    services.typing(by=mine)
    events = published(before)
    services.block(by=theirs, is_blocked=True)
    after = len(connection.run_on_commit)
    services.typing(by=mine)

    assert [(event["event"], event["data"]["name"]) for event in events] == [("typing", "Cleo Park")]
    assert published(after) == []
    assert mine.created_at < clock.now()
