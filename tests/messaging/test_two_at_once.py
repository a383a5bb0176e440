"""Tests of messages that are sent at the same moment, with real threads and connections."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction

from accounts.roles import Role
from core import clock
from messaging import reports, services
from messaging.integrity import wrong_numbers
from messaging.models import Attachment, Message, MessageReport
from tests.at_once import DONE, at_once
from tests.cast import make_builder_person, make_person, make_staff
from tests.messaging.cast import PDF, conversation_of, say

pytestmark = pytest.mark.usefixtures("committed")
TEXTS = 5


def test_messages_of_both_at_once_are_all_saved_and_numbered() -> None:
    mine, theirs = conversation_of(make_person("Cleo Park"), make_builder_person("Ada Moreno"))

    def talk(thread: int) -> None:
        for place in range(TEXTS):
            services.send(sender=(mine, theirs)[thread % 2], text=f"{thread} {place}", client_key=f"{thread}:{place}")

    outcomes = at_once(*(partial(talk, thread) for thread in range(4)))

    assert outcomes == [DONE] * 4
    assert sorted(Message.objects.values_list("number", flat=True)) == list(range(1, 4 * TEXTS + 1))
    assert list(wrong_numbers(clock.now())) == []
    for thread in range(4):
        texts = Message.objects.filter(text__startswith=f"{thread} ").order_by("number").values_list("text", flat=True)
        assert list(texts) == [f"{thread} {place}" for place in range(TEXTS)]


def test_one_message_that_is_sent_four_times_at_once_is_saved_once() -> None:
    mine, _ = conversation_of(make_person("Cleo Park"), make_builder_person("Ada Moreno"))

    outcomes = at_once(*[lambda: services.send(sender=mine, text="Hello", client_key="k1")] * 4)

    assert outcomes == [DONE] * 4
    assert Message.objects.count() == 1


def test_of_several_questions_at_once_one_is_sent() -> None:
    mine, _ = conversation_of(make_person("Cleo Park"), make_builder_person("Ada Moreno"), booked=False)

    outcomes = at_once(*[lambda: services.send(sender=mine, text="Hello")] * 4)

    assert outcomes == ["awaits_answer"] * 3 + [DONE]
    assert Message.objects.count() == 1


def test_the_file_of_a_message_that_is_deleted_while_its_report_is_settled_goes() -> None:
    staff = make_staff("Suri Lam", Role.SUPPORT)
    mine, theirs = conversation_of(make_person("Cleo Park"), make_builder_person("Ada Moreno"))
    message = say(theirs, "Look", files=[ContentFile(PDF, name="rude.pdf")])
    saved = reports.report(message=message, by=mine, reason="It is rude.")

    def settle() -> None:
        reports.settle(saved=saved, by=staff, outcome=MessageReport.Outcome.WARNED)
        connection.close()

    settling = threading.Thread(target=settle)
    with transaction.atomic():
        services.delete(message=message, by=theirs)
        settling.start()
        settling.join(timeout=1)  # it waits for the lock
    settling.join()

    assert not Attachment.objects.exists()
