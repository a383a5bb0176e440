"""Factories for the models of connections."""

from __future__ import annotations

from urllib.parse import urlsplit

from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from connections.calendly.models import CalendlyAccount
from connections.models import AccountCalendar, Connection
from connections.oauth.models import LinkedAccount
from connections.outgoing import signing
from connections.outgoing.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from connections.outgoing.sources import kind_choices
from connections.zoom.models import ZoomSettings
from core import clock
from core.encryption import encrypt
from core.ids import uuid7
from tests.factories.accounts import BuilderFactory


class ConnectionFactory(DjangoModelFactory[Connection]):
    """Makes a calendar address that has not been read yet."""

    class Meta:
        model = Connection

    owner = SubFactory(BuilderFactory)
    service = Connection.Service.ICAL
    name = Sequence(lambda number: f"Calendar {number}")
    host = "calendar.example"
    secret = LazyFunction(lambda: encrypt("https://calendar.example/busy.ics"))
    next_read_at = LazyFunction(clock.now)


class AccountFactory(ConnectionFactory):
    """Makes a calendar account, whose calendars are not known yet. `address` and `password` are encrypted."""

    class Meta:
        exclude = ("address", "password")

    service = Connection.Service.CALDAV
    username = "ada"
    address = "https://calendar.example/"
    password = "app-password"
    secret = LazyAttribute(lambda account: encrypt(account.address))  # type: ignore[assignment]  # of another kind
    sealed_password = LazyAttribute(lambda account: encrypt(account.password))


class AccountCalendarFactory(DjangoModelFactory[AccountCalendar]):
    """Makes a calendar of an account, which counts and can be written into."""

    class Meta:
        model = AccountCalendar

    connection = SubFactory(AccountFactory)
    address = Sequence(lambda number: f"https://calendar.example/ada/{number}/")
    name = Sequence(lambda number: f"Family {number}")
    can_write = True


class LinkedAccountFactory(DjangoModelFactory[LinkedAccount]):
    """Makes an account at a service, with an access token that does not expire."""

    class Meta:
        model = LinkedAccount

    owner = SubFactory(BuilderFactory)
    service = "zoom"
    kind = LinkedAccount.Kind.OAUTH
    external_id = Sequence(lambda number: f"account-{number}")
    name = "somebody@people.test"
    secret = LazyFunction(lambda: encrypt("access-token"))
    refresh_secret = LazyFunction(lambda: encrypt("refresh-token"))


class ZoomSettingsFactory(DjangoModelFactory[ZoomSettings]):
    class Meta:
        model = ZoomSettings

    account = SubFactory(LinkedAccountFactory)


class CalendlyAccountFactory(DjangoModelFactory[CalendlyAccount]):
    """Makes the details of an account at Calendly, without a webhook."""

    class Meta:
        model = CalendlyAccount

    account = SubFactory(LinkedAccountFactory, service="calendly", kind=LinkedAccount.Kind.TOKEN)
    email = "somebody@people.test"


class WebhookEndpointFactory(DjangoModelFactory[WebhookEndpoint]):
    """Makes an endpoint that is told of every event of a booking. `address` and `secret` are encrypted."""

    class Meta:
        model = WebhookEndpoint
        exclude = ("address", "secret")

    owner = SubFactory(BuilderFactory)
    address = "https://hooks.example/waymark"
    secret = LazyFunction(signing.new_secret)
    host = LazyAttribute(lambda endpoint: urlsplit(endpoint.address).hostname)
    kinds = LazyFunction(lambda: [kind for kind, _ in kind_choices()])
    sealed_address = LazyAttribute(lambda endpoint: encrypt(endpoint.address))
    sealed_secret = LazyAttribute(lambda endpoint: encrypt(endpoint.secret))


class WebhookMessageFactory(DjangoModelFactory[WebhookMessage]):
    """Makes a message about an event that is not stored."""

    class Meta:
        model = WebhookMessage

    endpoint = SubFactory(WebhookEndpointFactory)
    source = "booking"
    subject = LazyFunction(uuid7)
    kind = "booking.confirmed"


class WebhookAttemptFactory(DjangoModelFactory[WebhookAttempt]):
    class Meta:
        model = WebhookAttempt

    delivery = SubFactory(WebhookMessageFactory)
    status = 200
    milliseconds = 40
