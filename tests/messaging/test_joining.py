"""Tests of a guest's conversation that becomes one with that of their account."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import User
from core import clock
from core.errors import Refused
from core.ids import uuid7
from messaging import joining, opening, services
from messaging.models import Participant
from messaging.opening import Correspondent
from tests.emails import read, text_of
from tests.messaging.cast import conversation_of, deliver_unread, say, seen_by, texts_of

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

    joining.adopt_guest(guest_key=GUEST_KEY, person=cleo)

    with pytest.raises(Refused) as refused:
        say(mine, "Hello")
    assert refused.value.refusal.code == "blocked"


def test_a_message_into_a_conversation_that_was_joined_meanwhile_is_refused(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    guest = guest_of(ada)
    joining.adopt_guest(guest_key=GUEST_KEY, person=cleo)

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


def test_what_a_guest_had_not_read_is_mailed_to_their_account(ada: User, cleo: User, mail_folder: Path) -> None:
    mine, theirs = conversation_of(cleo, ada)
    say(theirs, "To Cleo")
    services.read(by=seen_by(mine).me, up_to=1, now=clock.now())
    guest = guest_of(ada)
    say(Participant.objects.get(conversation=guest.conversation_id, user=ada), "To the guest")

    joining.adopt_guest(guest_key=GUEST_KEY, person=cleo)
    deliver_unread(mine)

    (letter,) = read(mail_folder)
    assert letter["To"] == cleo.email
    assert "To the guest" in text_of(letter)
    assert "To Cleo" not in text_of(letter)


@pytest.mark.parametrize("writes_more", [False, True], ids=["nothing else", "with words of the member"])
def test_what_a_guest_wrote_is_given_back_to_them(ada: User, cleo: User, writes_more: bool) -> None:
    guest = guest_of(ada)
    say(guest, "From the guest")
    say(Participant.objects.get(conversation=guest.conversation_id, user=ada), "To the guest")
    if writes_more:
        mine, _ = conversation_of(cleo, ada)
        say(mine, "From Cleo")
    adopted = joining.adopt_guest(guest_key=GUEST_KEY, person=cleo)
    subject, of_member = uuid7(), opening.participant_with(cleo, ada)
    assert of_member is not None
    opening.add_mark(
        mine=of_member, kind="booking", subject=subject, key="event:2", text="Session moved", at=clock.now()
    )
    assert len(texts_of(of_member)) == 4 if writes_more else 3

    back = Correspondent(guest_key=GUEST_KEY, name="Gwen")
    joining.give_back(guest=back, person=cleo, other=ada, messages=adopted[str(ada.pk)], subjects=[subject])

    theirs = Participant.objects.get(guest_key=GUEST_KEY)
    assert texts_of(theirs) == ["From the guest", "To the guest", "Session moved"]
    assert (theirs.name, theirs.sent_count, theirs.conversation.last_number) == ("Gwen", 1, 3)
    assert theirs.conversation.booked_at is not None
    left = opening.participant_with(cleo, ada)
    assert (left and texts_of(left)) == (["From Cleo"] if writes_more else None)
    assert left is None or (left.sent_count, left.conversation.last_number) == (1, 1)


def test_a_conversation_that_was_muted_stays_muted(ada: User, cleo: User) -> None:
    _, theirs = conversation_of(cleo, ada)
    guest = guest_of(ada)
    part = Participant.objects.get(conversation=guest.conversation_id, user=ada)
    services.mute(by=part, now=clock.now(), is_muted=True)

    joining.adopt_guest(guest_key=GUEST_KEY, person=cleo)

    assert seen_by(theirs).me.is_muted(clock.now())
