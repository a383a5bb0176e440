"""Tests of `POST /webhooks/mail/`, by which a mail server or provider delivers answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import clock, outbox, webhooks
from core.models import WebhookDelivery
from messaging.mail_answers.webhook import signature
from messaging.models import Participant
from tests.messaging.cast import PDF, conversation_of, texts_of
from tests.messaging.letters import answer, reply_address

pytestmark = pytest.mark.django_db
SECRET = "tests-secret"


@pytest.fixture(autouse=True)
def configured(settings: Any) -> None:
    settings.MAIL_ANSWERS_SECRETS = ["newer", SECRET]


@pytest.fixture
def mine(ada: User, cleo: User) -> Participant:
    return conversation_of(cleo, ada)[0]


@pytest.fixture
def address(mine: Participant, ada: User, mail_folder: Path) -> str:
    return reply_address(mine, Participant.objects.get(user=ada), mail_folder)


def post(body: bytes, **headers: str) -> int:
    return Client().post("/webhooks/mail/", body, content_type="message/rfc822", headers=headers).status_code


def test_a_mail_with_the_secret_becomes_a_message_once_and_is_not_kept(
    mine: Participant, ada: User, address: str
) -> None:
    body = answer(ada.email, address).as_bytes()

    codes = [post(body, Authorization=f"Bearer {SECRET}") for _ in range(2)]
    outbox.deliver_due(webhooks.CHANNEL)

    assert codes == [200, 200]
    assert texts_of(mine) == ["Is ten fine?", "Yes, ten is fine."]
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.body) == ("done", None)


def test_a_mail_of_several_megabytes_is_taken_in(mine: Participant, ada: User, address: str) -> None:
    letter = answer(ada.email, address)
    letter.add_attachment(PDF + bytes(3_000_000), maintype="application", subtype="pdf", filename="plan.pdf")

    code = post(letter.as_bytes(), Authorization=f"Bearer {SECRET}")
    outbox.deliver_due(webhooks.CHANNEL)

    assert code == 200
    assert texts_of(mine)[-1] == "Yes, ten is fine."


def test_a_signature_proves_the_caller_for_five_minutes(mine: Participant, ada: User, address: str) -> None:
    body = answer(ada.email, address).as_bytes()
    seconds = int(clock.now().timestamp())

    def signed(at: int, secret: str = SECRET) -> str:
        return f"t={at},v1={signature(secret, str(at), body)}"

    codes = [
        post(body, **{"Waymark-Signature": header})
        for header in (signed(seconds, "wrong"), signed(seconds - 301), f"t={seconds}", "nonsense", signed(seconds))
    ]

    assert codes == [401, 401, 401, 401, 200]


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic dGVzdHM=", ""])
def test_without_the_secret_nothing_is_stored(header: str, ada: User, address: str) -> None:
    assert post(answer(ada.email, address).as_bytes(), Authorization=header) == 401
    assert not WebhookDelivery.objects.filter(body__isnull=False).exists()


def test_without_secrets_there_is_no_webhook(settings: Any) -> None:
    settings.MAIL_ANSWERS_SECRETS = []

    assert post(b"x", Authorization="Bearer ") == 404


def test_a_mail_to_nobody_is_listed_as_failed() -> None:
    post(b"From: a@b.test\nTo: nobody@demo.test\n\nHello", Authorization=f"Bearer {SECRET}")
    outbox.deliver_due(webhooks.CHANNEL)

    assert WebhookDelivery.objects.get().error == "The mail was sent to no address that Waymark has given out."
