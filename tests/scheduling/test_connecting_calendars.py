"""Who may connect calendars: builders while the feature is on. What is connected stays until they or their role go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import BuilderProfile, User
from accounts.roles import Role
from accounts.services import revoke
from connections.models import Connection
from connections.oauth.models import LinkedAccount
from core import outbox
from scheduling.models import Reservation
from scheduling.outside import services
from tests.connections.zoom import RunningZoom, connect_zoom, running_zoom
from tests.outside import OutsideServer, outside_server
from tests.scheduling.calendars import calendar, hour

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


@pytest.fixture
def zoom(settings: Any) -> Iterator[RunningZoom]:
    with running_zoom(settings) as running:
        yield running


@pytest.fixture
def family(ada: User, server: OutsideServer) -> Connection:
    return services.connect(
        builder=ada, name="Family", address=server.answer("/ada.ics", calendar(hour(10))), counts_all_day=False,
        when_unread="closed", patience=120,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["connect", "connect_account"])
def test_with_the_feature_off_there_is_no_page_to_connect(adas: Client, settings: Any, name: str) -> None:
    address = reverse(f"scheduling:{name}")
    settings.USE_CALENDARS = False

    assert adas.get(address).status_code == 404
    assert adas.post(address, {}).status_code == 404
    page = adas.get(reverse("scheduling:connections")).text
    assert "Connect a calendar" not in page


def test_nor_does_the_api_connect_any(ada: User, settings: Any, server: OutsideServer) -> None:
    settings.USE_CALENDARS = False
    client = Client()
    client.force_login(ada)

    answer = client.post(
        "/api/scheduling/calendars", {"url": server.answer("/ada.ics", calendar())}, content_type="application/json"
    )

    assert answer.status_code == 404
    assert not Connection.objects.exists()


def test_what_is_connected_is_read_changed_and_removed(
    adas: Client, settings: Any, family: Connection, server: OutsideServer
) -> None:
    settings.USE_CALENDARS = False
    server.requests.clear()

    adas.post(reverse("scheduling:read_calendar", args=[family.pk]))
    assert len(server.requests) == 1
    assert adas.get(reverse("scheduling:connection", args=[family.pk])).status_code == 200
    assert "Connect a calendar" not in adas.get(reverse("scheduling:connections")).text
    adas.post(reverse("scheduling:disconnect", args=[family.pk]))
    assert not Connection.objects.exists()


def test_who_is_a_builder_no_more_has_nothing_connected(
    ada: User, alex: User, family: Connection, zoom: RunningZoom
) -> None:
    connect_zoom(ada)

    revoke(user=ada, role=Role.BUILDER, by=alex, reason="Left")

    assert not Connection.objects.exists()
    assert not LinkedAccount.objects.exists()
    assert not Reservation.objects.filter(kind="EXTERNAL", released_at__isnull=True).exists()
    assert not BuilderProfile.objects.get(user=ada).has_zoom
    outbox.deliver_due("revoked_tokens")
    assert zoom.zoom.given_back == ["sandbox-access-0"]
