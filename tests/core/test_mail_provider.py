"""Tests of the webhook at which a mail provider reports what became of emails, in the format of Postmark."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from config.mail_provider import mail_provider, mail_server
from core import outbox
from core.mail import Email, queue_email
from core.mail_log import queries
from core.mail_log.models import MailLogEntry
from tests.factories.core import MailLogEntryFactory

pytestmark = pytest.mark.django_db
EVENTS = reverse("core:mail_events")
AUTH = f"Basic {b64encode(b'postmark:secret').decode()}"


@pytest.fixture(autouse=True)
def postmark(settings: Any) -> None:
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "postmark:secret", "POSTMARK_SERVER_TOKEN": "token"}


def report(client: Client, entry: MailLogEntry, auth: str = AUTH, **event: Any) -> int:
    body = {"MessageID": entry.provider_id, "Email": entry.recipient, "ID": 7, **event}
    return client.post(EVENTS, body, content_type="application/json", headers={"Authorization": auth}).status_code


def test_a_bounce_at_the_provider_marks_the_address(client: Client, cleo: User) -> None:
    entry = MailLogEntryFactory.create(recipient=cleo.email, provider_id="abc-1")
    bounce = {
        "RecordType": "Bounce", "Type": "HardBounce", "BouncedAt": "2026-11-27T09:00:00Z",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
    }  # fmt: skip

    assert report(client, entry, auth="Basic bm9ib2R5OndybmQ=", **bounce) == 400
    assert queries.dead_address(cleo.email) is None
    assert report(client, entry, **bounce) == 200
    assert report(client, entry, **bounce) == 200

    entry.refresh_from_db()
    assert entry.state == "bounced"
    assert entry.events.count() == 1
    assert queries.dead_address(cleo.email) is not None


def test_a_complaint_marks_the_address_and_an_unknown_email_nothing(client: Client, cleo: User) -> None:
    entry = MailLogEntryFactory.create(recipient=cleo.email, provider_id="abc-1")
    other = MailLogEntryFactory.build(provider_id="unknown")
    complaint = {"RecordType": "SpamComplaint", "BouncedAt": "2026-11-27T09:00:00Z", "Type": "SpamComplaint"}

    assert report(client, other, **complaint) == 200
    assert queries.dead_address(cleo.email) is None
    assert report(client, entry, **complaint) == 200

    dead = queries.dead_address(cleo.email)
    assert dead is not None
    assert dead.reason == "complained"


def test_the_webhook_is_not_there_without_a_provider(client: Client, settings: Any) -> None:
    settings.MAIL_PROVIDER = ""
    assert client.post(EVENTS).status_code == 404


def test_the_id_of_the_provider_is_kept(settings: Any, cleo: User) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    queue_email(Email(subject="Hello", greeting="Hello,", paragraphs=["Hi."]), to=cleo.email, event="booking:1")
    outbox.deliver_due()

    assert MailLogEntry.objects.get().provider_id


def test_the_settings_of_a_provider_are_read_from_the_address_of_the_mail_server() -> None:
    provider, options = mail_provider("anymail://postmark?server_token=a%26b&webhook_secret=name:word")

    assert provider == "postmark"
    assert options == {"POSTMARK_SERVER_TOKEN": "a&b", "WEBHOOK_SECRET": "name:word"}
    assert mail_provider("smtp://localhost") == ("", {})
    assert mail_server("smtp+tls://me%40x.test:p%2Fw@mail.test:587") == (
        "mail.test",
        587,
        "me@x.test",
        "p/w",
        True,
        False,
    )
