"""Tests that old messages are deleted where the operator has set for how long they are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db.models import F

from accounts.models import Notification, User
from core import clock
from messaging import reports, retention
from messaging.integrity import wrong_numbers
from messaging.models import Attachment, Message, MessageReport
from tests.files import stored_names
from tests.messaging.cast import PDF, conversation_of, deliver_unread, say, texts_of

pytestmark = pytest.mark.django_db


def make_older(message: Message, days: int) -> None:
    Message.objects.filter(pk=message.pk).update(created_at=F("created_at") - timedelta(days=days))


def test_words_and_files_of_old_messages_are_deleted_and_marks_stay(
    ada: User, cleo: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MESSAGES_KEPT_DAYS = 30
    mine, _ = conversation_of(cleo, ada)
    old = say(mine, "Old", files=[ContentFile(PDF, name="plan.pdf")])
    make_older(old, 31)
    say(mine, "New")
    name = str(old.attachments.get().file.name)
    before = stored_names()

    with django_capture_on_commit_callbacks(execute=True):
        count = retention.delete_old(clock.now())

    assert (count, texts_of(mine)) == (1, ["", "New"])
    assert [stored for stored in before if stored.endswith(name)]
    assert [stored for stored in stored_names() if stored.endswith(name)] == []
    assert list(wrong_numbers(clock.now())) == []


def test_notifications_about_old_messages_are_deleted_and_settled_reports_keep_their_lines(
    ada: User, cleo: User, suri: User, settings: Any
) -> None:
    settings.MESSAGES_KEPT_DAYS = 30
    mine, theirs = conversation_of(cleo, ada)
    rude = say(mine, "Rude")
    deliver_unread(theirs)
    make_older(rude, 31)
    Notification.objects.update(created_at=F("created_at") - timedelta(days=31))
    saved = reports.report(message=rude, by=theirs, reason="Rude")
    reports.settle(saved=saved, by=suri, outcome=MessageReport.Outcome.NOTHING)

    retention.delete_old(clock.now())

    assert not Notification.objects.filter(person=ada, kind="message").exists()
    assert MessageReport.objects.get().lines[0][2] == "Rude"


def test_a_message_with_an_open_report_stays_until_it_is_settled(
    ada: User, cleo: User, suri: User, settings: Any
) -> None:
    settings.MESSAGES_KEPT_DAYS = 30
    mine, theirs = conversation_of(cleo, ada)
    rude = say(mine, "Rude", files=[ContentFile(PDF, name="rude.pdf")])
    make_older(rude, 31)
    saved = reports.report(message=rude, by=theirs, reason="Rude")

    assert retention.delete_old(clock.now()) == 0
    reports.settle(saved=saved, by=suri, outcome=MessageReport.Outcome.NOTHING)

    assert retention.delete_old(clock.now()) == 1
    assert not Attachment.objects.exists()


def test_without_the_setting_messages_are_kept(ada: User, cleo: User) -> None:
    mine, _ = conversation_of(cleo, ada)
    make_older(say(mine, "Old"), 10_000)

    assert retention.delete_old(clock.now()) == 0
    assert texts_of(mine) == ["Old"]
