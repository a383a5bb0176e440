"""After an account is disconnected its tokens are given back to Zoom, as soon as Zoom takes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from connections.oauth import revoking
from connections.oauth.models import LinkedAccount
from core import clock, outbox
from core.models import OutboxMessage
from tests.connections.zoom import RunningZoom, connect_zoom, running_zoom

pytestmark = pytest.mark.django_db


@pytest.fixture
def zoom(settings: Any) -> Iterator[RunningZoom]:
    with running_zoom(settings) as running:
        yield running


@pytest.fixture
def account(ada: User, zoom: RunningZoom) -> LinkedAccount:
    return connect_zoom(ada)


def disconnect(adas: Client, account: LinkedAccount) -> None:
    adas.post(reverse("connections:disconnect", args=[account.pk]))
    assert not LinkedAccount.objects.filter(pk=account.pk).exists()


def work() -> None:
    OutboxMessage.objects.filter(channel=revoking.CHANNEL).update(due_at=clock.now(), leased_until=None)
    outbox.deliver_due(revoking.CHANNEL)


def test_the_token_is_given_back(adas: Client, account: LinkedAccount, zoom: RunningZoom) -> None:
    disconnect(adas, account)
    assert zoom.zoom.given_back == []  # nobody waits for Zoom

    work()

    assert zoom.zoom.given_back == ["sandbox-access-0"]
    message = OutboxMessage.objects.get(channel=revoking.CHANNEL)
    assert (message.state, message.payload) == ("delivered", {"service": "zoom"})


def test_a_token_waits_encrypted_while_zoom_has_a_fault(
    adas: Client, account: LinkedAccount, zoom: RunningZoom
) -> None:
    zoom.fail("500")
    disconnect(adas, account)
    work()
    message = OutboxMessage.objects.get(channel=revoking.CHANNEL)
    assert message.state == "waiting"
    assert "sandbox-access" not in str(message.payload) + message.last_error

    zoom.fail("none")
    work()

    assert zoom.zoom.given_back == ["sandbox-access-0"]


def test_an_expired_token_is_renewed_first(adas: Client, account: LinkedAccount, zoom: RunningZoom) -> None:
    LinkedAccount.objects.update(expires_at=clock.now() - timedelta(hours=1))
    disconnect(adas, account)

    work()

    assert zoom.zoom.given_back == ["sandbox-access-1"]


def test_access_that_was_withdrawn_at_zoom_needs_nothing(
    adas: Client, account: LinkedAccount, zoom: RunningZoom
) -> None:
    LinkedAccount.objects.update(expires_at=clock.now() - timedelta(hours=1))
    disconnect(adas, account)
    zoom.fail("revoked")

    work()

    assert zoom.zoom.given_back == []
    assert OutboxMessage.objects.get(channel=revoking.CHANNEL).state == "delivered"


def test_an_account_that_was_connected_again_keeps_its_access(
    adas: Client, ada: User, account: LinkedAccount, zoom: RunningZoom
) -> None:
    disconnect(adas, account)
    connect_zoom(ada)

    work()

    assert zoom.zoom.given_back == []


def test_a_broken_account_has_nothing_to_give_back(adas: Client, account: LinkedAccount) -> None:
    LinkedAccount.objects.update(state="broken", broken_at=clock.now(), secret="", refresh_secret="")

    disconnect(adas, account)

    assert not OutboxMessage.objects.filter(channel=revoking.CHANNEL).exists()
