"""Registers the personal data of this app: connections to outside services, without their secrets."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from connections.models import Connection
from core.personal import delete_rows, register_personal


def register() -> None:
    def connections(person: User) -> QuerySet[Connection]:
        return Connection.objects.filter(owner=person)

    register_personal(
        Connection,
        rows=connections,
        fields=("service", "name", "host", "counts_all_day", "when_unread", "patience", "read_at", "created_at"),
        erase=delete_rows(connections),
    )
