"""Who books waits for the builder's calendars without a connection to the database."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import Any

from django.db import connections

from connections.models import Connection
from scheduling.outside import services
from tests.cast import make_builder_person
from tests.outside import outside_server
from tests.scheduling.calendars import calendar


def test_who_waits_for_a_calendar_has_no_connection_to_the_database(committed: None, settings: Any) -> None:
    mine, had_connection = connections["default"], []
    with outside_server(settings) as server:
        ada = make_builder_person("Ada Moreno")
        services.connect(
            builder=ada, name="Family", address=server.answer("/ada.ics", calendar()), counts_all_day=False,
            when_unread="closed", patience=120,
        )  # fmt: skip
        Connection.objects.update(tried_at=None)
        answer = server.answers["/ada.ics"]

        def record(request: BaseHTTPRequestHandler) -> None:
            had_connection.append(mine.connection is not None)
            answer(request)

        server.answers["/ada.ics"] = record
        services.refresh_calendars_of(ada.pk)

    assert had_connection == [False]
    assert Connection.objects.get().tried_at is not None
