"""Makes a connection that is read of an account that its owner has connected by OAuth, and tells of its end."""

from __future__ import annotations

from collections.abc import Callable

from connections.models import Connection
from connections.oauth.models import LinkedAccount
from connections.signals import calendars_disconnected
from core import clock


def connector(service: Connection.Service, name: str) -> Callable[[LinkedAccount], None]:
    """Returns a function that saves the connection of an account, new or connected again. The worker reads it at once."""

    def connect(account: LinkedAccount) -> None:
        if account.owner_id is None:
            return
        now = clock.now()
        connection = Connection.objects.filter(account=account).first()
        if connection is None:
            taken = set(Connection.objects.filter(owner=account.owner_id).values_list("name", flat=True))
            names = [name, f"{name} {account.name}"[:60], f"{name} {account.pk}"[:60]]
            connection = Connection(
                owner_id=account.owner_id, account=account, service=service, host=name,
                name=next(candidate for candidate in names if candidate not in taken),
            )  # fmt: skip
        connection.next_read_at, connection.expanded_at = now, None
        connection.save()

    return connect


def disconnected(account: LinkedAccount) -> None:
    """Tells the apps above that the account's busy times are about to go with it."""
    if account.owner_id is not None:
        calendars_disconnected.send(LinkedAccount, builder=account.owner_id)
