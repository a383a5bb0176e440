"""Tests of the mailbox that answers by mail arrive in, with a mail server that speaks IMAP."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from accounts.models import User
from core import clock, outbox, webhooks
from core.integrity import dead_messages
from core.models import OutboxMessage, WebhookDelivery
from messaging import tasks
from messaging.mail_answers import mailbox
from messaging.models import Participant
from tests.messaging.cast import PDF, conversation_of, texts_of
from tests.messaging.letters import answer, reply_address
from tests.messaging.mailbox_server import MailboxServer, mailbox_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[MailboxServer]:
    with mailbox_server() as running:
        settings.MAIL_ANSWERS_MAILBOX = running.url
        yield running


@pytest.fixture
def mine(ada: User, cleo: User) -> Participant:
    return conversation_of(cleo, ada)[0]


@pytest.fixture
def address(mine: Participant, ada: User, mail_folder: Path) -> str:
    return reply_address(mine, Participant.objects.get(user=ada), mail_folder)


def test_what_is_taken_in_is_deleted_and_mail_to_nobody_is_left(
    server: MailboxServer, mine: Participant, ada: User, address: str
) -> None:
    server.add(answer(ada.email, address, "First").as_bytes())
    stray = server.add(answer(ada.email, "messages@demo.test").as_bytes())
    server.add(answer("mallory@elsewhere.test", address).as_bytes())
    server.add(answer(ada.email, address, "Second").as_bytes())

    tasks.read_answers_by_mail(clock.now())
    tasks.read_answers_by_mail(clock.now())

    assert texts_of(mine) == ["Is ten fine?", "First", "Second"]
    assert server.flags == {stray: {r"\Seen"}}


def test_of_a_mail_that_is_too_large_only_the_headers_are_read(
    server: MailboxServer, ada: User, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_BYTES", 500)
    server.add(answer(ada.email, address, "x" * 1000).as_bytes())

    mailbox.read_new()

    assert server.fetched == ["RFC822.SIZE", "BODY.PEEK[HEADER]"]
    assert server.mails == {}


def with_a_file(ada: User, address: str) -> bytes:
    letter = answer(ada.email, address)
    letter.add_attachment(PDF, maintype="application", subtype="pdf", filename="plan.pdf")
    return letter.as_bytes()


def test_a_mail_whose_files_cannot_be_checked_yet_is_tried_again_from_the_inbox_of_webhooks(
    server: MailboxServer, mine: Participant, ada: User, address: str, settings: Any
) -> None:
    server.add(with_a_file(ada, address))
    settings.CLAMD_ADDRESS = "unix:///nowhere/clamd.ctl"

    mailbox.read_new()
    outbox.deliver_due(webhooks.CHANNEL)

    waiting = OutboxMessage.objects.get(channel=webhooks.CHANNEL)
    assert (server.mails, texts_of(mine)) == ({}, ["Is ten fine?"])
    assert waiting.due_at > clock.now()
    settings.CLAMD_ADDRESS = ""
    OutboxMessage.objects.update(due_at=clock.now())
    outbox.deliver_due(webhooks.CHANNEL)

    assert texts_of(mine) == ["Is ten fine?", "Yes, ten is fine."]
    assert WebhookDelivery.objects.get().body is None, "a letter is not kept"


def test_a_mail_that_can_never_be_taken_in_is_given_up_where_operators_see_it(
    server: MailboxServer, ada: User, address: str, settings: Any
) -> None:
    server.add(with_a_file(ada, address))
    settings.CLAMD_ADDRESS = "unix:///nowhere/clamd.ctl"
    mailbox.read_new()
    OutboxMessage.objects.filter(channel=webhooks.CHANNEL).update(attempts=outbox.MOST_ATTEMPTS - 1)

    outbox.deliver_due(webhooks.CHANNEL)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.source, delivery.state) == ("mail", WebhookDelivery.State.FAILED)
    assert delivery.error.startswith("We cannot check files for viruses")
    assert len(list(dead_messages(clock.now()))) == 1


def test_a_server_that_cannot_be_reached_or_refuses_us_is_asked_again_later(
    server: MailboxServer, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="messaging")
    settings.MAIL_ANSWERS_MAILBOX = server.url.replace("word", "wrong")
    tasks.read_answers_by_mail(clock.now())
    settings.MAIL_ANSWERS_MAILBOX = "imap://a:b@127.0.0.1:9/INBOX"
    tasks.read_answers_by_mail(clock.now())

    assert caplog.text.count("the mailbox for answers cannot be read") == 2


def test_no_password_is_sent_to_a_server_elsewhere_without_encryption(
    server: MailboxServer, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="messaging")
    uid = server.add(b"Subject: Hello\n\n")
    settings.MAIL_ANSWERS_MAILBOX = server.url.replace("127.0.0.1", "127.1")

    tasks.read_answers_by_mail(clock.now())

    assert "TLS not supported by server" in caplog.text
    assert (server.flags, server.sign_ins) == ({uid: set()}, 0)


def certificate_of_nobody(folder: Path) -> ssl.SSLContext:
    """Returns the context of a server whose certificate no authority has signed."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    build = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    now = clock.now()
    certificate = (
        build.serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_server_with_a_certificate_of_its_own_does_not_get_the_password(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="messaging")
    with mailbox_server(certificate_of_nobody(tmp_path)) as server:
        uid = server.add(b"Subject: Hello\n\n")
        settings.MAIL_ANSWERS_MAILBOX = server.url.replace("imap://", "imaps://")
        tasks.read_answers_by_mail(clock.now())

    assert server.flags == {uid: set()}
    assert "certificate verify failed" in caplog.text
