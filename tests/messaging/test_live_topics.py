"""Tests of who may listen to the live events of a conversation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User
from bookings.agreement.signed_links import LASTS
from bookings.conversations.delivery import open_for
from bookings.models import Booking
from core import clock, live
from messaging import services
from messaging.live import topic_of
from tests.bookings.cast import book_as_guest, free_shop
from tests.cast import make_person
from tests.messaging.cast import conversation_of, say, seen_by

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


def test_a_guest_hears_by_a_signed_topic_until_their_link_ends(ada: User) -> None:
    booking = book_as_guest(free_shop(ada))
    topic = topic_of(open_for(booking))

    heard = live.allowed(AnonymousUser(), [topic, f"{topic[:-1]}x", topic.partition(".")[0]])
    Booking.objects.update(starts_at=clock.now() - LASTS * 2, ends_at=clock.now() - LASTS)

    assert heard == [topic]
    assert live.allowed(AnonymousUser(), [topic]) == []


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


def test_typing_is_announced_to_the_other(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    before = len(connection.run_on_commit)

    services.typing(by=mine)

    assert [(event["event"], event["data"]["name"]) for event in published(before)] == [("typing", "Cleo Park")]


@pytest.mark.parametrize("is_blocker", [True, False], ids=["who has blocked", "who was blocked"])
def test_typing_is_not_announced_after_a_block(is_blocker: bool, ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    services.block(by=theirs, is_blocked=True)
    before = len(connection.run_on_commit)

    services.typing(by=seen_by(theirs if is_blocker else mine).me)

    assert published(before) == []


def test_both_devices_of_a_person_hear_of_what_one_of_them_does(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    before = len(connection.run_on_commit)

    say(mine, "From the telephone")
    sent = {event["topic"] for event in published(before)}

    assert {topic_of(mine), f"messages:{cleo.pk}"} <= sent
    assert live.allowed(cleo, [topic_of(mine)]) == [topic_of(mine)]
