"""Calendly: what a sync of many builders asks and writes, and how long a webhook takes."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from bookings.calendly.webhooks import signature
from coaching.models import SessionDuration, SessionType
from connections.calendly.models import CalendlyAccount
from connections.calendly.service import connect_with_token
from connections.models import LinkedAccount
from core import clock
from core.ids import uuid7
from sandbox.server import Sandbox
from scheduling.calendly import runs
from scheduling.calendly.event_types import rows_of
from scheduling.calendly.models import CalendlyEventType, CalendlySync
from scheduling.outside import services as outside

TYPES, EVENTS = 10, 3
POLLED = 100  # builders whose bookings are read: to take over the bookings of more takes too long
PER_SECOND, SECONDS = 50, 10
# Rows about the work itself: the run, its message, when the account and its calendar were last read.
ABOUT_THE_WORK = (
    "scheduling_calendlysync",
    "core_outboxmessage",
    "connections_linkedaccount",
    "connections_connection",
)


def syncs(builders: int) -> None:
    """Syncs this many builders with ten event types each, and reads their bookings, twice: the second time nothing has
    changed, and only that is measured."""
    with Sandbox() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.OUTSIDE_TRUSTED = [f"127.0.0.1:{server.server_address[1]}"]
        settings.CALENDLY_API_BASE_URL = f"{server.address}/calendly/api"
        accounts = _connected(server, builders)
        CalendlySync.objects.exclude(account=accounts[0]).delete()  # those that connecting has queued
        _sync(accounts[:1])
        _copy_session_types(server, accounts)
        _sync(accounts)
        _measure("a sync of", server, accounts, _sync)
        assert set(CalendlySync.objects.values_list("unchanged", "created", "updated")) >= {(TYPES, 0, 0)}
        _poll(accounts[:POLLED])
        _measure("a reading of bookings and busy times of", server, accounts[:POLLED], _poll)
        server.shutdown()


def _connected(server: Sandbox, builders: int) -> list[LinkedAccount]:
    """Connects builders with event types and events at the stand-in."""
    state = server.calendly.state
    people = User.objects.filter(grants__role=Role.BUILDER, grants__revoked_at__isnull=True)
    people = people.exclude(linked_accounts__service="calendly").distinct()[:builders]
    accounts = []
    for number, person in enumerate(people):
        user = state.add_user(f"token {number}", person.display_name, person.email)
        event_types = [state.add_event_type(user, f"Type {name}") for name in range(TYPES)]
        for day in range(EVENTS):
            start = datetime.now(UTC).replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=day + 1)
            state.book(event_types[0], start, {"name": "Jo", "email": f"jo{number}@guests.test", "timezone": "UTC"})
        accounts.append(connect_with_token(owner=person, token=f"token {number}"))
    return accounts


def _copy_session_types(server: Sandbox, accounts: list[LinkedAccount]) -> None:
    """Gives all builders the session types that a first sync has made for the first one, which takes less time than a first
    sync of each."""
    samples = {row.name: row for row in rows_of(accounts[0].owner_id).values()}  # type: ignore[arg-type]  # it has an owner
    owners = {account.external_id: account.owner for account in accounts[1:]}
    session_types, durations, rows = [], [], []
    for resource in server.calendly.state.event_types.values():
        builder, sample = owners.get(resource["profile"]["owner"]), samples[resource["name"]]
        if builder is None:
            continue
        session_type = copy(sample.session_type)
        session_type.id, session_type.builder = uuid7(), builder
        session_type.calendly_url = resource["scheduling_url"]
        session_types.append(session_type)
        durations += [
            SessionDuration(session_type=session_type, minutes=row.minutes, price=row.price)
            for row in sample.session_type.durations.all()
        ]
        row = copy(sample)
        row.id, row.builder, row.session_type = uuid7(), builder, session_type
        row.uri, row.upstream_changed_at = resource["uri"], resource["updated_at"]
        rows.append(row)
    SessionType.objects.bulk_create(session_types, batch_size=500)
    SessionDuration.objects.bulk_create(durations, batch_size=500)
    CalendlyEventType.objects.bulk_create(rows, batch_size=500)


def _measure(title: str, server: Sandbox, accounts: list[LinkedAccount], work: Callable[..., None]) -> None:
    requests = server.calendly.state.requests
    requests.clear()
    started_at = time.thread_time()
    connection.queries_log = deque(maxlen=1_000_000)  # Django keeps 9,000, too few for 1,000 builders
    with CaptureQueriesContext(connection) as queries:
        work(accounts)
    took = time.thread_time() - started_at
    written = [row["sql"] for row in queries if row["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    others = [sql for sql in written if not any(name in sql for name in ABOUT_THE_WORK)]
    print(
        f"Calendly: {title} {len(accounts)} builders with {TYPES} event types each, of which nothing has changed\n"
        f"    {len(requests) / len(accounts):.2f} requests and {len(queries) / len(accounts):.1f} queries a builder, "
        f"{len(others)} writes but those about the work itself, {took / len(accounts) * 1000:.1f} ms of processor time "
        "a builder"
    )


def _sync(accounts: list[LinkedAccount]) -> None:
    for account in accounts:
        runs.request(account=account)
    runs.work_on_due()
    assert not CalendlySync.objects.exclude(status="succeeded").exists()


def _poll(accounts: list[LinkedAccount]) -> None:
    for account in CalendlyAccount.objects.filter(account__in=accounts).select_related("calendar__owner"):
        assert account.calendar is not None
        assert outside.sync(connection=account.calendar)


def webhooks(site: str) -> None:
    """Sends 50 webhooks a second to a running server, for ten seconds."""
    details = CalendlyAccount.objects.select_related("account").first()
    assert details is not None
    details.webhook_key = "key of the benchmark"
    details.save()
    address = f"{site}/webhooks/calendly/{details.pk}/"

    def send(number: int) -> float:
        pace.wait(max(0.0, begun_at + number / PER_SECOND - time.perf_counter()))
        headers, body = _message(number)
        started_at = time.perf_counter()
        assert client.post(address, content=body, headers=headers, timeout=30).status_code == 200
        return time.perf_counter() - started_at

    pace, begun_at = threading.Event(), time.perf_counter()
    with httpx.Client() as client, ThreadPoolExecutor(PER_SECOND) as senders:
        took = sorted(senders.map(send, range(PER_SECOND * SECONDS)))
    print(
        f"Calendly: {PER_SECOND} webhooks a second for {SECONDS} s\n"
        f"    median {statistics.median(took) * 1000:.0f} ms, p95 {took[int(len(took) * 0.95)] * 1000:.0f} ms"
    )


def _message(number: int) -> tuple[dict[str, str], bytes]:
    payload: dict[str, Any] = {
        "uri": f"https://api.calendly.com/scheduled_events/E{number}/invitees/I{number}", "updated_at": str(number)
    }  # fmt: skip
    body = json.dumps({"event": "invitee.created", "payload": payload}).encode()
    at = str(int(clock.now().timestamp()))
    digest = bytes.fromhex(signature("key of the benchmark", at, body)).decode()
    return {"Calendly-Webhook-Signature": f"t={at},v1={digest}", "Content-Type": "application/json"}, body
