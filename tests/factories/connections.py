"""Factories for the models of connections."""

from __future__ import annotations

from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from connections.models import Connection
from core import clock
from core.encryption import encrypt
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
