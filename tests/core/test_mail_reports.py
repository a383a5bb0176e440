"""Tests of what mail servers report by mail: emails that came back, and those that were reported as spam."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from core.mail_log import queries, reports, services
from core.mail_log.models import MailLogEntry
from messaging.mail_answers import mailbox
from tests.factories.core import MailLogEntryFactory
from tests.messaging.mailbox_server import mailbox_server

pytestmark = pytest.mark.django_db
State = MailLogEntry.State
BOUNCE = (Path(__file__).parent / "mails" / "bounce.eml").read_text()
COMPLAINT = (Path(__file__).parent / "mails" / "complaint.eml").read_text()


def report_about(entry: MailLogEntry, template: str = BOUNCE, status: str = "5.1.1") -> bytes:
    text = template.replace("MESSAGE", str(entry.message)).replace("STATUS", status)
    return text.replace("RECIPIENT", entry.recipient).encode()


def test_a_bounce_in_the_mailbox_for_answers_marks_the_address(settings: Any, cleo: User) -> None:
    entry = MailLogEntryFactory.create(recipient=cleo.email)
    with mailbox_server() as server:
        settings.MAIL_ANSWERS_ADDRESS, settings.MAIL_ANSWERS_MAILBOX = "messages@mail.example", server.url
        server.add(report_about(entry))
        mailbox.read_new()
        assert server.mails == {}, "a report is deleted"

    entry.refresh_from_db()
    assert (entry.state, entry.last_response) == (State.BOUNCED, "550 5.1.1 The mailbox does not exist")
    assert queries.dead_address(cleo.email) is not None


def test_a_report_counts_once_and_a_delay_does_not_count(cleo: User) -> None:
    entry = MailLogEntryFactory.create(recipient=cleo.email)
    delayed = report_about(entry, BOUNCE.replace("Action: failed", "Action: delayed"), "4.4.1")
    full = report_about(entry, status="5.2.2")
    for raw in (delayed, full, full, full):
        assert reports.take_in(raw)

    assert [event.kind for event in entry.events.all()] == ["delayed", "bounced"]
    assert queries.dead_address(cleo.email) is None


def test_a_complaint_marks_the_address(cleo: User) -> None:
    entry = MailLogEntryFactory.create(recipient=cleo.email)

    assert reports.take_in(report_about(entry, COMPLAINT))

    dead = queries.dead_address(cleo.email)
    assert dead is not None
    assert dead.reason == "complained"


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"Content-Type: multipart/report\r\n\r\nnothing", BOUNCE.encode()])
def test_what_names_no_email_of_ours_changes_nothing(raw: bytes) -> None:
    entry = MailLogEntryFactory.create()
    assert not reports.take_in(raw)
    forged = BOUNCE.replace("MESSAGE", str(uuid4())).replace("RECIPIENT", entry.recipient).encode()
    assert not reports.take_in(forged), "whoever knows an address alone cannot mark it"
    assert queries.dead_address(entry.recipient) is None


def test_a_report_with_characters_that_cannot_be_saved_is_taken_in() -> None:
    entry = MailLogEntryFactory.create()

    assert reports.take_in(report_about(entry, BOUNCE.replace("does not exist", "does \0not exist")))

    entry.refresh_from_db()
    assert (entry.state, entry.last_response) == (State.BOUNCED, "550 5.1.1 The mailbox does \ufffdnot exist")


def test_a_mail_from_before_a_release_that_comes_back_late_does_not_mark_the_address_again(
    cleo: User, alex: User
) -> None:
    first, late = MailLogEntryFactory.create_batch(2, recipient=cleo.email)
    reports.take_in(report_about(first))
    services.release(address=cleo.email, by=alex)

    assert reports.take_in(report_about(late))
    assert queries.dead_address(cleo.email) is None

    assert reports.take_in(report_about(MailLogEntryFactory.create(recipient=cleo.email)))
    assert queries.dead_address(cleo.email) is not None
