"""Tests that staff see what was reported, also files that their sender has deleted, and that each look is audited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.models import AuditEntry
from core.storage import private_files
from messaging import reports, services
from messaging.models import Attachment, Message, MessageReport, Participant
from tests.files import received
from tests.messaging.cast import PDF, conversation_of, say

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


@pytest.fixture
def reported(ada: User, cleo: User) -> MessageReport:
    """A report of a file that its sender has deleted since."""
    mine, theirs = conversation_of(cleo, ada)
    message = say(theirs, "Look", files=[ContentFile(PDF, name="rude.pdf")])
    saved = reports.report(message=message, by=mine, reason="It is rude.")
    services.delete(message=message, by=theirs)
    return saved


def file_of(report: MessageReport) -> tuple[str, Attachment]:
    attachment = report.message.attachments.get()
    conversation = report.message.conversation_id
    return reverse("admin:messaging_conversation_file", args=[conversation, attachment.pk]), attachment


def test_staff_open_a_reported_file_that_was_deleted_with_an_audit_entry(
    reported: MessageReport, suri: User, browser_of: Browser
) -> None:
    address, _ = file_of(reported)
    browser = browser_of(suri)
    read = reverse("admin:messaging_conversation_read", args=[reported.message.conversation_id])

    page = browser.post(read, {"reason": "A report"}).content.decode()
    answer = browser.post(address, {"reason": "A report"})

    assert "Download rude.pdf" in page
    assert 'name="reason" value="A report"' in page
    assert received(answer) == PDF
    entry = AuditEntry.objects.get(action="conversation file opened")
    assert (entry.actor, entry.after) == (suri, {"reason": "A report", "file": "rude.pdf"})


def test_without_a_reason_no_file_is_opened(reported: MessageReport, suri: User, browser_of: Browser) -> None:
    address, _ = file_of(reported)
    browser = browser_of(suri)

    codes = [browser.post(address, {"reason": " "}).status_code, browser.get(address).status_code]

    assert codes == [422, 405]
    assert not AuditEntry.objects.filter(action="conversation file opened").exists()


def test_the_two_people_see_a_deleted_file_no_more(
    reported: MessageReport, ada: User, cleo: User, browser_of: Browser
) -> None:
    _, attachment = file_of(reported)
    address = reverse("messaging:file", args=[reported.message.conversation_id, attachment.pk])
    page = reverse("messaging:conversation", args=[reported.message.conversation_id])

    for person in (ada, cleo):
        assert browser_of(person).get(address).status_code == 404
        assert "rude.pdf" not in browser_of(person).get(page).content.decode()


def test_the_report_names_the_files(reported: MessageReport) -> None:
    assert [text for _, _, text in reported.lines] == ["Look [rude.pdf]"]


def test_a_deleted_file_goes_once_its_report_is_settled(
    reported: MessageReport, suri: User, django_capture_on_commit_callbacks: Any
) -> None:
    name = str(file_of(reported)[1].file.name)
    assert private_files.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        reports.settle(saved=reported, by=suri, outcome=MessageReport.Outcome.WARNED)

    assert not private_files.exists(name)
    assert not Attachment.objects.exists()


def test_a_file_that_was_not_deleted_stays_after_its_report(ada: User, cleo: User, suri: User) -> None:
    mine, theirs = conversation_of(cleo, ada)
    message = say(theirs, "Look", files=[ContentFile(PDF, name="fine.pdf")])
    saved = reports.report(message=message, by=mine, reason="Rude?")

    reports.settle(saved=saved, by=suri, outcome=MessageReport.Outcome.NOTHING)

    assert Attachment.objects.get().name == "fine.pdf"
    assert Message.objects.filter(deleted_at__isnull=True).count() == 1
    assert Participant.objects.count() == 2
