"""Tests of the log of emails: what it keeps, what it hides, and which addresses are not mailed any more."""

from __future__ import annotations

import json
import zlib
from base64 import b85decode, b85encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.personal_data import erasure
from core import mail, outbox
from core.encryption import decrypt, encrypt
from core.mail import Email, queue_email
from core.mail_log import queries, services
from core.mail_log.content import MailContent, opened, sealed
from core.mail_log.models import DeadAddress, MailEvent, MailLogEntry
from core.models import OutboxMessage
from core.personal import registered
from tests.core.mail_server import MailServer, mail_server
from tests.factories.core import MailLogEntryFactory

pytestmark = pytest.mark.django_db
State = MailLogEntry.State
KEY = "https://waymark.example/account/password/reset/key/abc-123/"


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server(settings) as running:
        yield running


def send(to: str, event: str = "booking:1:client", words: str = "Hello.") -> MailLogEntry:
    email = Email(subject="Your session", greeting="Hello,", paragraphs=[words], button=("Open", KEY))
    queue_email(email, to=to, event=event)
    outbox.deliver_due()
    return MailLogEntry.objects.filter(recipient=to).latest("id")


def test_a_sent_mail_is_in_the_log_with_its_text_and_without_its_keys(server: MailServer, cleo: User) -> None:
    entry = send(cleo.email, words="We meet on Monday.")

    assert (entry.state, entry.person, entry.tries, entry.kind) == (State.SENT, cleo, 1, "booking")
    assert "We meet on Monday." in entry.shown_text
    assert "We meet on Monday." in entry.shown_html
    for shown in (entry.shown_text, entry.shown_html):
        assert "abc-123" not in shown
        assert "/account/password/reset/key/[hidden]" in shown
    assert entry.content is not None
    assert b"Monday" not in bytes(entry.content), "texts are encrypted"
    assert f"<{entry.message}@" in server.taken[0][2]
    assert list(queries.messages_to(cleo)) == [entry]


def test_whoever_has_an_address_later_has_none_of_the_mails_of_its_former_owner(cleo: User, ada: User) -> None:
    former = MailLogEntryFactory.create(person=ada, recipient=cleo.email)
    before = MailLogEntryFactory.create(person=None, recipient=cleo.email)

    assert list(queries.messages_to(cleo)) == [before]
    emails = next(registration for registration in registered() if registration.model is MailLogEntry)
    assert list(emails.rows(cleo)) == [before], "in the download"
    assert emails.erase is not None
    emails.erase(cleo)
    assert list(MailLogEntry.objects.all()) == [former]


def test_a_mail_that_failed_is_found_with_the_words_of_the_server_and_sent_again(
    server: MailServer, cleo: User, alex: User
) -> None:
    server.refusals[cleo.email] = "550 5.7.1 Message refused by policy"
    entry = send(cleo.email)
    assert (entry.state, entry.last_response) == (State.FAILED, "550 5.7.1 Message refused by policy")
    assert list(queries.filtered(queries.MailFilters(state="trouble", address="cleo"))) == [entry]

    server.refusals.clear()
    mail.send_again(entry=entry, by=alex)
    outbox.deliver_due()

    entry.refresh_from_db()
    assert (entry.state, entry.tries, len(server.taken)) == (State.SENT, 2, 1)
    assert [event.kind for event in entry.events.all()] == ["refused", "again", "accepted"]


def test_a_mail_that_arrived_is_sent_again_as_it_was_written_with_another_id(
    server: MailServer, cleo: User, alex: User
) -> None:
    entry = send(cleo.email, words="We meet on Monday.")
    mail.send_again(entry=entry, by=alex)
    outbox.deliver_due()

    copy = MailLogEntry.objects.exclude(pk=entry.pk).get()
    assert (copy.kind, copy.subject, copy.shown_text) == (entry.kind, entry.subject, entry.shown_text)
    assert f"<{copy.message}@" in server.taken[1][2]
    assert KEY in server.taken[1][2].replace("=\r\n", ""), "its links work"


def test_an_address_that_does_not_exist_is_marked_and_not_mailed_again_until_its_owner_says_that_it_works(
    server: MailServer, cleo: User, cleos: Client
) -> None:
    assert "comes back" not in cleos.get(reverse("accounts:settings")).content.decode()
    server.refusals[cleo.email] = "550 5.1.1 No such user"
    send(cleo.email)
    server.refusals.clear()

    assert send(cleo.email, "booking:2:client").state == State.HELD
    assert server.taken == []
    page = cleos.get(reverse("accounts:settings")).content.decode()
    assert "Our mail to you comes back" in page
    assert reverse("account_email") in page
    assert cleo.notifications.get().title == "Our mail to you comes back"

    cleos.post(reverse("accounts:address_works"))

    assert "comes back" not in cleos.get(reverse("accounts:settings")).content.decode()
    assert send(cleo.email, "booking:3:client").state == State.SENT


def test_a_full_mailbox_is_marked_after_three_mails_that_came_back(cleo: User) -> None:
    for number in range(3):
        assert queries.dead_address(cleo.email) is None
        entry = MailLogEntryFactory.create(recipient=cleo.email)
        services.report(entry=entry, kind=MailEvent.Kind.BOUNCED, text="552 5.2.2 Mailbox full", key=f"dsn {number}")
        services.report(entry=entry, kind=MailEvent.Kind.BOUNCED, text="552 5.2.2 Mailbox full", key=f"dsn {number}")

    dead = queries.dead_address(cleo.email)
    assert dead is not None
    assert dead.reason == DeadAddress.Reason.BOUNCED
    services.release(address=cleo.email, by=cleo)
    services.report(
        entry=MailLogEntryFactory.create(recipient=cleo.email), kind=MailEvent.Kind.BOUNCED, text="552 5.2.2"
    )
    assert queries.dead_address(cleo.email) is None, "what came back before does not count any more"


def test_mail_reported_as_spam_is_the_last(cleo: User) -> None:
    entry = MailLogEntryFactory.create(recipient=cleo.email)
    services.report(entry=entry, kind=MailEvent.Kind.COMPLAINED, text="")

    entry.refresh_from_db()
    assert entry.state == State.COMPLAINED
    assert send(cleo.email).state == State.HELD


def test_a_mail_server_that_is_away_leaves_the_mail_waiting(settings: Any, cleo: User) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    entry = send(cleo.email)

    assert (entry.state, entry.tries) == (State.WAITING, 1)
    assert "refused" in entry.last_response.lower()
    assert OutboxMessage.objects.get(pk=entry.message).state == OutboxMessage.State.WAITING


def test_old_mails_leave_the_log(settings: Any) -> None:
    kept, old = MailLogEntryFactory.create(), MailLogEntryFactory.create()
    now = datetime.now(UTC)
    MailLogEntry.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=91))

    services.delete_old(before=now - timedelta(days=settings.MAIL_KEPT_DAYS))

    assert list(MailLogEntry.objects.all()) == [kept]


def test_erasing_deletes_the_mails_of_a_person_and_the_texts_that_name_them(
    server: MailServer, cleo: User, alex: User
) -> None:
    send(cleo.email)
    MailLogEntry.objects.filter(recipient=cleo.email).update(recipient="former@people.test")
    send(alex.email, words=f"{cleo.display_name} has applied.")
    send(alex.email, event="booking:9", words="Nobody is named.")

    erasure.erase(user=User.objects.get(pk=cleo.pk))

    assert [bool(entry.shown_text) for entry in MailLogEntry.objects.order_by("id")] == [False, True]


def test_another_release_reads_what_this_one_wrote_and_the_other_way_round() -> None:
    plain = MailContent("text", "html")
    packed = zlib.decompress(b85decode(decrypt(sealed(plain).decode())))
    assert json.loads(packed) == {"text": "text", "html": "html"}  # no field that an older release may not know

    later = json.dumps({"text": "text", "html": "html", "a_later_field": "x"}).encode()
    assert opened(encrypt(b85encode(zlib.compress(later)).decode()).encode()) == plain
