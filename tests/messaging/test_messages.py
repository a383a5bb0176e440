"""Tests of sending, editing, deleting and reading messages."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.db.models import F

from accounts.models import User
from accounts.services import make_builder
from core import clock, outbox
from core.errors import Refused
from core.models import OutboxMessage
from messaging import joining, notifications, opening, services
from messaging.integrity import wrong_numbers
from messaging.models import Message, MessagePreferences, Participant
from messaging.opening import Correspondent
from messaging.texts import as_html, cleaned, has_contact_details
from tests.cast import make_person
from tests.emails import read, text_of
from tests.files import stored_names
from tests.messaging.cast import PDF, conversation_of, deliver_unread, say, seen_by, texts_of

pytestmark = pytest.mark.django_db


def age(message: Message, minutes: int) -> None:
    Message.objects.filter(pk=message.pk).update(created_at=F("created_at") - timedelta(minutes=minutes))


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.refusal.code


def test_a_message_sent_twice_is_saved_once(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)

    first = services.send(sender=mine, text="Hello", client_key="k1")
    second = services.send(sender=mine, text="Hello", client_key="k1")

    assert (first.is_new, second.is_new) == (True, False)
    assert first.message == second.message
    assert texts_of(mine) == ["Hello"]


def test_both_can_use_the_same_client_key(ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)

    say(mine, "Hello", client_key="k1")
    say(theirs, "Hi", client_key="k1")

    assert texts_of(mine) == ["Hello", "Hi"]


def test_messages_are_numbered_without_gaps(ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    for text in ("one", "two", "three"):
        say(mine, text)
        say(theirs, text)

    assert list(Message.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert list(wrong_numbers(clock.now())) == []


def test_a_gap_in_the_numbers_is_a_finding(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    say(mine, "one")
    Participant.objects.update(read_number=9)
    Message.objects.all().delete()

    assert len(list(wrong_numbers(clock.now()))) == 3


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b\u202e", "x" * 5001])
def test_an_empty_or_too_long_message_is_refused(text: str, ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)

    with pytest.raises(Refused) as refused:
        say(mine, text)

    assert code_of(refused) == "invalid"
    assert texts_of(mine) == []


def test_a_message_can_be_edited_for_ten_minutes(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    message = say(mine, "Helo")

    services.edit(message=message, by=mine, text="Hello")
    age(message, 11)
    with pytest.raises(Refused) as refused:
        services.edit(message=message, by=mine, text="Bye")

    assert code_of(refused) == "too_late"
    message.refresh_from_db()
    assert message.text == "Hello"
    assert message.edited_at is not None


def test_nobody_changes_the_message_of_the_other(ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    message = say(mine, "Hello")

    with pytest.raises(Refused) as edited:
        services.edit(message=message, by=theirs, text="x")
    with pytest.raises(Refused) as deleted:
        services.delete(message=message, by=theirs)

    assert (code_of(edited), code_of(deleted)) == ("forbidden", "forbidden")

    assert texts_of(mine) == ["Hello"]


def test_deleting_removes_words_and_files_and_leaves_a_mark(
    ada: User, cleo: User, django_capture_on_commit_callbacks: Any
) -> None:
    mine, _ = conversation_of(cleo, ada)
    message = say(mine, "Secret", files=[ContentFile(PDF, name="plan.pdf")])
    assert len(stored_names()) == 1

    with django_capture_on_commit_callbacks(execute=True):
        services.delete(message=message, by=mine)
        services.delete(message=message, by=mine)

    message.refresh_from_db()
    assert (message.text, message.deleted_at is not None, message.number) == ("", True, 1)
    assert not message.attachments.exists()
    assert stored_names() == []


def test_files_that_together_are_too_large_leave_nothing_on_the_disk(ada: User, cleo: User, settings: Any) -> None:
    mine, _ = conversation_of(cleo, ada)
    settings.UPLOAD_QUOTA_MEGABYTES = 1
    files = [ContentFile(PDF + bytes(600_000), name=f"{number}.pdf") for number in range(2)]

    with pytest.raises(Refused) as refused:
        say(mine, "Two files", files=files)

    assert code_of(refused) == "too_large"
    assert stored_names() == []


def test_a_read_mark_only_rises(ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    for text in ("one", "two", "three"):
        say(mine, text)

    reader = seen_by(theirs).me
    services.read(by=reader, up_to=2, now=clock.now())
    services.read(by=reader, up_to=1, now=clock.now())
    assert seen_by(theirs).me.read_number == 2
    services.read(by=reader, up_to=99, now=clock.now())

    assert seen_by(theirs).me.read_number == 3


def test_sending_reads_what_came_before(ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    say(mine, "one")

    say(theirs, "two")

    assert seen_by(theirs).me.read_number == 2
    assert seen_by(mine).me.read_number == 1


def test_before_a_booking_a_client_asks_one_question_until_there_is_an_answer(ada: User, cleo: User) -> None:
    sent = opening.ask(client=cleo, builder=ada, text="Do you teach beginners?")
    mine = sent.message.sender
    assert mine is not None
    with pytest.raises(Refused) as refused:
        opening.ask(client=cleo, builder=ada, text="Hello?")
    assert code_of(refused) == "awaits_answer"

    theirs = seen_by(mine).other
    say(theirs, "Yes.")
    opening.ask(client=cleo, builder=ada, text="Great.")

    assert texts_of(mine) == ["Do you teach beginners?", "Yes.", "Great."]


def test_a_builder_can_refuse_questions(ada: User, cleo: User) -> None:
    MessagePreferences.objects.create(person=ada, takes_questions=False)

    with pytest.raises(Refused) as refused:
        opening.ask(client=cleo, builder=ada, text="Do you teach beginners?")

    assert code_of(refused) == "no_questions"
    assert not Message.objects.exists()


def test_nobody_asks_a_person_who_is_no_builder(ada: User, cleo: User) -> None:
    with pytest.raises(Refused) as refused:
        opening.ask(client=ada, builder=cleo, text="Hello")

    assert code_of(refused) == "no_questions"


def test_a_person_asks_a_limited_number_of_builders_a_day(ada: User, cleo: User, settings: Any) -> None:
    settings.LIMIT_QUESTIONS_PER_PERSON = 1
    other = make_person("Ben Stone")
    make_builder(user=other, headline="Builds", bio="", by=None, reason="test")
    opening.ask(client=cleo, builder=ada, text="Hello")

    with pytest.raises(Refused) as refused:
        opening.ask(client=cleo, builder=other, text="Hello")

    assert code_of(refused) == "rate_limited"


def test_blocking_stops_both_until_it_is_undone(ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    services.block(by=mine, is_blocked=True)
    for participant in (mine, theirs):
        with pytest.raises(Refused) as refused:
            say(participant, "Hello")
        assert code_of(refused) == "blocked"

    services.block(by=theirs, is_blocked=False)
    with pytest.raises(Refused):
        say(theirs, "Hello")
    services.block(by=mine, is_blocked=False)
    say(theirs, "Hello")

    assert texts_of(mine) == ["Hello"]


def test_after_a_block_nobody_writes_by_editing(ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    message = say(mine, "Hello")
    services.block(by=theirs, is_blocked=True)

    with pytest.raises(Refused) as refused:
        services.edit(message=message, by=mine, text="You will regret this.")

    assert code_of(refused) == "blocked"
    assert texts_of(mine) == ["Hello"]


def test_an_answer_to_a_message_of_another_conversation_is_refused(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    elsewhere, _ = conversation_of(make_person("Sam Lee"), ada)
    secret = say(elsewhere, "Secret")

    with pytest.raises(Refused) as refused:
        say(mine, "What?", reply_to=secret.pk)

    assert code_of(refused) == "invalid"


def test_unread_messages_are_mailed_once_until_they_are_read(ada: User, cleo: User, mail_folder: Path) -> None:
    mine, theirs = conversation_of(cleo, ada)
    say(mine, "First line")
    say(mine, "Second line")

    deliver_unread(theirs)

    (first,) = read(mail_folder)
    assert first["To"] == ada.email
    assert "First line" in text_of(first)
    assert "Second line" in text_of(first)
    services.read(by=seen_by(theirs).me, up_to=2, now=clock.now())
    say(mine, "Third line")
    deliver_unread(theirs)
    second = read(mail_folder)[-1]
    assert "Third line" in text_of(second)
    assert "First line" not in text_of(second)


def test_what_was_read_or_muted_is_not_mailed(ada: User, cleo: User, mail_folder: Path) -> None:
    mine, theirs = conversation_of(cleo, ada)
    say(mine, "Hello")
    services.read(by=seen_by(theirs).me, up_to=1, now=clock.now())
    deliver_unread(theirs)
    say(mine, "Are you there?")
    services.mute(by=theirs, now=clock.now(), is_muted=True)
    deliver_unread(theirs)

    assert read(mail_folder) == []


def test_after_a_deleted_or_a_muted_message_the_next_one_is_mailed(ada: User, cleo: User, mail_folder: Path) -> None:
    mine, theirs = conversation_of(cleo, ada)
    services.delete(message=say(mine, "Helo"), by=mine)
    deliver_unread(theirs)
    services.mute(by=theirs, now=clock.now(), is_muted=True)
    say(mine, "Are you there?")
    deliver_unread(theirs)
    services.mute(by=theirs, now=clock.now(), is_muted=False)

    assert not OutboxMessage.objects.filter(channel=notifications.CHANNEL).exists()
    say(mine, "Hello")
    deliver_unread(theirs)
    (sent,) = read(mail_folder)
    assert "Hello" in text_of(sent)


def test_a_mail_waits_until_quiet_hours_are_over(ada: User, cleo: User, mail_folder: Path) -> None:
    mine, theirs = conversation_of(cleo, ada)
    say(mine, "Hello")
    local = clock.now()
    MessagePreferences.objects.create(
        person=ada, quiet_from="00:00", quiet_until="23:59" if local.hour != 23 else "23:59:59"
    )

    with pytest.raises(outbox.RetryLater) as later:
        deliver_unread(theirs)

    assert later.value.wait is not None
    assert read(mail_folder) == []


@pytest.mark.parametrize(
    ("hour", "expected"), [(21, None), (22, 9), (3, 4), (7, None)], ids=["before", "late", "night", "after"]
)
def test_quiet_hours_pass_midnight_in_the_readers_zone(hour: int, expected: int | None) -> None:
    preferences = MessagePreferences(quiet_from=time(22), quiet_until=time(7))
    now = datetime(2027, 1, 15, hour, tzinfo=ZoneInfo("Asia/Kathmandu"))

    wait = notifications.quiet_for(preferences, "Asia/Kathmandu", now)

    assert wait == (timedelta(hours=expected) if expected else None)


def test_the_mail_of_a_person_without_mails_is_only_a_notification(ada: User, cleo: User, mail_folder: Path) -> None:
    mine, theirs = conversation_of(cleo, ada)
    MessagePreferences.objects.create(person=ada, wants_mail=False)
    say(mine, "Hello")

    deliver_unread(theirs)

    assert read(mail_folder) == []
    assert ada.notifications.get().title == "New message from Cleo Park"


def test_a_guests_messages_join_the_conversation_of_their_account(ada: User, cleo: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    say(mine, "As Cleo")
    guest = opening.open_between(Correspondent(guest_key="a" * 32, name="Cleo"), Correspondent(ada))
    opening.mark_as_booked(guest.conversation_id, clock.now())
    say(guest, "As a guest")
    say(theirs, "Later, to Cleo")
    services.read(by=seen_by(theirs).me, up_to=2, now=clock.now())

    joining.adopt_guest(guest_key="a" * 32, person=cleo)

    assert texts_of(mine) == ["As Cleo", "As a guest", "Later, to Cleo"]
    assert list(wrong_numbers(clock.now())) == []
    assert {message.sender_id for message in Message.objects.all()} == {mine.pk, theirs.pk}
    assert seen_by(mine).me.sent_count == 2


def test_a_guest_becomes_the_account_where_there_is_no_other_conversation(ada: User, cleo: User) -> None:
    guest = opening.open_between(Correspondent(guest_key="a" * 32, name="Cleo"), Correspondent(ada))
    say(guest, "Hello")

    joining.adopt_guest(guest_key="a" * 32, person=cleo)
    mine, _ = conversation_of(cleo, ada)

    assert mine.pk == guest.pk
    assert texts_of(mine) == ["Hello"]


def test_invisible_and_direction_characters_are_removed() -> None:
    assert cleaned("pay\u202egnp.exe\u200b\r\nnow\u2066") == "paygnp.exe\nnow"
    assert cleaned("a\n\n\n\n\n\nb") == "a\n\n\nb"


def test_links_open_in_a_new_tab_and_are_not_followed() -> None:
    shown = as_html('See https://example.com/a?b=1&c=2 <script>alert("x")</script> javascript:alert(1)')

    assert '<a href="https://example.com/a?b=1&amp;c=2" rel="nofollow noopener" target="_blank">' in shown
    assert "<script>" not in shown
    assert 'href="javascript' not in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write me at joe@example.com", True),
        ("Call +44 20 7946 0958", True),
        ("paypal.me/joe", True),
        ("My IBAN is DE89", True),
        ("See you on 2027-01-15 at 10:00", False),
        ("That is 1200 words in 30 minutes", False),
    ],
)
def test_contact_details_are_recognised(text: str, expected: bool) -> None:
    assert has_contact_details(text) is expected
