"""Tests of a guest's conversation that becomes one with that of their account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from core import clock
from core.errors import Refused
from core.ids import uuid7
from messaging import opening, services
from messaging.models import Participant
from messaging.opening import Correspondent
from tests.messaging.cast import conversation_of, say, seen_by, texts_of

pytestmark = pytest.mark.django_db
GUEST_KEY = "a" * 32


def guest_of(builder: User) -> Participant:
    guest = opening.open_between(Correspondent(guest_key=GUEST_KEY, name="Cleo"), Correspondent(builder))
    opening.mark_as_booked(guest.conversation_id, clock.now())
    return guest


def test_who_was_blocked_as_a_guest_stays_blocked(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    guest = guest_of(ada)
    services.block(by=Participant.objects.get(conversation=guest.conversation_id, user=ada), is_blocked=True)

    opening.adopt_guest(guest_key=GUEST_KEY, person=cleo)

    with pytest.raises(Refused) as refused:
        say(mine, "Hello")
    assert refused.value.refusal.code == "blocked"


def test_a_message_into_a_conversation_that_was_joined_meanwhile_is_refused(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    guest = guest_of(ada)
    opening.adopt_guest(guest_key=GUEST_KEY, person=cleo)

    with pytest.raises(Refused) as refused:
        say(guest, "Hello")

    assert refused.value.refusal.code == "stale"
    assert texts_of(mine) == []


def test_a_mark_that_comes_late_does_not_make_the_conversation_older(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    sent_at = say(mine, "Hello").created_at

    opening.add_mark(
        mine=mine, kind="booking", subject=uuid7(), key="event:1", text="Session moved", at=sent_at - timedelta(hours=3)
    )

    assert seen_by(mine).me.conversation.last_message_at == sent_at
