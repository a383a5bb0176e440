"""The pages of webhooks: who may see which, the secret that is shown once, and errors that say what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from connections.outgoing import services
from connections.outgoing.models import WebhookEndpoint
from core.http import Failure
from core.models import AuditEntry
from tests.cast import make_builder_person
from tests.factories.connections import WebhookEndpointFactory, WebhookMessageFactory
from tests.outside import OutsideServer, outside_server

pytestmark = pytest.mark.django_db
NEW = "/dashboard/webhooks/new/"
FORM = {"address": "https://hooks.example/secret-path", "kinds": ["booking.confirmed"]}


@pytest.fixture
def receiver(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as server:
        yield server


def test_a_webhook_is_added_and_its_secret_is_shown_once(adas: Client, ada: User) -> None:
    added = adas.post(NEW, FORM)
    secret = re.search(r"whsec_[\w+/=]+", added.content.decode())
    assert secret
    endpoint = WebhookEndpoint.objects.get(owner=ada)
    assert (endpoint.address, endpoint.kinds, endpoint.secret) == (FORM["address"], FORM["kinds"], secret[0])
    assert added["Cache-Control"] == "no-store"

    page = adas.get(endpoint.get_absolute_url()).content.decode()

    assert "whsec_" not in page
    assert str(FORM["address"]) not in endpoint.sealed_address
    entry = AuditEntry.objects.get(action="webhook added")
    assert "secret-path" not in str(entry.after)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://hooks.example/", Failure.ADDRESS.sentence),
        ("https://user:password@hooks.example/", Failure.ADDRESS.sentence),
        ("https://hooks.example:8443/", Failure.ADDRESS.sentence),
        ("nonsense", Failure.ADDRESS.sentence),
    ],
)
def test_an_address_that_nothing_is_sent_to_is_refused_beside_its_field(
    adas: Client, address: str, sentence: str
) -> None:
    answer = adas.post(NEW, FORM | {"address": address})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_there_is_a_most(adas: Client, ada: User) -> None:
    WebhookEndpointFactory.create_batch(services.MOST_ENDPOINTS, owner=ada)

    answer = adas.post(NEW, FORM)

    assert answer.status_code == 422
    assert "Delete one first." in answer.content.decode()


def test_a_test_message_says_what_came_back(adas: Client, ada: User, receiver: OutsideServer) -> None:
    endpoint = WebhookEndpointFactory.create(owner=ada, address=receiver.answer("/hook", status=404))

    page = adas.post(reverse("connections:webhook_test", args=[endpoint.pk]), follow=True).content.decode()
    assert "The test did not arrive at 127.0.0.1. It answered 404." in page

    receiver.answer("/hook")
    page = adas.post(reverse("connections:webhook_test", args=[endpoint.pk]), follow=True).content.decode()
    assert "The test arrived: 127.0.0.1 answered 200" in page


def test_nobody_opens_or_changes_the_webhook_of_another_builder(
    browser_of: Callable[[User | None], Client], ada: User
) -> None:
    delivery = WebhookMessageFactory.create(endpoint__owner=ada)
    pk = delivery.endpoint.pk
    bo = browser_of(make_builder_person("Bo Lind"))

    assert bo.get(delivery.endpoint.get_absolute_url()).status_code == 404
    for name, arguments in (
        ("webhook", [pk]), ("webhook_switch", [pk]), ("webhook_secret", [pk]), ("webhook_test", [pk]),
        ("webhook_delete", [pk]), ("webhook_replay", [pk, delivery.pk]),
    ):  # fmt: skip
        assert bo.post(reverse(f"connections:{name}", args=arguments), FORM).status_code == 404
    assert bo.get(reverse("connections:webhook_delivery", args=[pk, delivery.pk])).status_code == 404


def test_a_builder_cannot_have_the_events_of_all_builders(adas: Client) -> None:
    adas.post(NEW, FORM | {"is_for_site": "on"})

    assert WebhookEndpoint.objects.get().owner is not None


def test_an_admin_manages_the_webhooks_of_the_site_and_support_does_not(
    browser_of: Callable[[User | None], Client], alex: User, suri: User
) -> None:
    assert browser_of(alex).post(NEW, FORM).status_code == 200
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.owner is None

    assert browser_of(suri).get(endpoint.get_absolute_url()).status_code == 403


def test_a_webhook_is_switched_off_and_on_and_deleted(adas: Client, ada: User) -> None:
    endpoint = WebhookEndpointFactory.create(owner=ada)
    switch = reverse("connections:webhook_switch", args=[endpoint.pk])

    adas.post(switch, {"is_on": "0"})
    endpoint.refresh_from_db()
    assert endpoint.state == "off"

    adas.post(switch, {"is_on": "1"})
    endpoint.refresh_from_db()
    assert endpoint.state == "on"

    adas.post(reverse("connections:webhook_delete", args=[endpoint.pk]))
    assert not WebhookEndpoint.objects.exists()


def test_the_page_has_a_log_in_few_queries(adas: Client, ada: User, django_assert_max_num_queries: Any) -> None:
    endpoint = WebhookEndpointFactory.create(owner=ada)
    WebhookMessageFactory.create_batch(60, endpoint=endpoint, state="failed")
    adas.get(endpoint.get_absolute_url())

    with django_assert_max_num_queries(12):
        page = adas.get(endpoint.get_absolute_url()).content.decode()

    assert page.count("Session confirmed") >= 50
