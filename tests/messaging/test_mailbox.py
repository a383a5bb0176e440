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
from core import clock
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


def test_a_mail_whose_files_cannot_be_checked_yet_stays_unread(
    server: MailboxServer, mine: Participant, ada: User, address: str, settings: Any
) -> None:
    letter = answer(ada.email, address)
    letter.add_attachment(PDF, maintype="application", subtype="pdf", filename="plan.pdf")
    uid = server.add(letter.as_bytes())
    settings.CLAMD_ADDRESS = "unix:///nowhere/clamd.ctl"

    mailbox.read_new()
    assert server.flags == {uid: set()}
    settings.CLAMD_ADDRESS = ""
    mailbox.read_new()

    assert texts_of(mine) == ["Is ten fine?", "Yes, ten is fine."]


def test_a_server_that_cannot_be_reached_or_refuses_us_is_asked_again_later(
    server: MailboxServer, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="messaging")
    settings.MAIL_ANSWERS_MAILBOX = server.url.replace("word", "wrong")
    tasks.read_answers_by_mail(clock.now())
    settings.MAIL_ANSWERS_MAILBOX = "imap://a:b@127.0.0.1:9/INBOX"
    tasks.read_answers_by_mail(clock.now())

    assert caplog.text.count("the mailbox for answers cannot be read") == 2


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
