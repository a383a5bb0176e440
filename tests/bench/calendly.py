"""Calendly: what a sync of many builders asks and writes, and how long a webhook takes."""

from __future__ import annotations

import json
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from bookings.calendly.webhooks import signature
from connections.calendly.models import CalendlyAccount
from connections.calendly.service import connect_with_token
from connections.models import LinkedAccount
from core import clock
from sandbox.server import Sandbox
from scheduling.calendly import runs
from scheduling.calendly.models import CalendlySync

TYPES = 10
PER_SECOND, SECONDS = 50, 10
NO_WRITES = ("scheduling_calendlysync", "core_outboxmessage", "connections_linkedaccount")


def syncs(builders: int) -> None:
    """Syncs this many builders with ten event types each, twice: the second time nothing has changed."""
    with Sandbox() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.OUTSIDE_TRUSTED = [f"127.0.0.1:{server.server_address[1]}"]
        settings.CALENDLY_API_BASE_URL = f"{server.address}/calendly/api"
        state = server.calendly.state
        people = User.objects.filter(grants__role=Role.BUILDER, grants__revoked_at__isnull=True).distinct()[:builders]
        accounts = []
        for number, person in enumerate(people):
            user = state.add_user(f"token {number}", person.display_name, person.email)
            for name in range(TYPES):
                state.add_event_type(user, f"Type {name}")
            accounts.append(connect_with_token(owner=person, token=f"token {number}"))
        _run(accounts)
        state.requests.clear()
        with CaptureQueriesContext(connection) as queries:
            took = _run(accounts)
        written = [row["sql"] for row in queries if row["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        others = [sql for sql in written if not any(name in sql for name in NO_WRITES)]
        print(
            f"Calendly: a sync of {len(accounts)} builders with {TYPES} unchanged event types each\n"
            f"    {len(state.requests) / len(accounts):.2f} requests and {len(queries) / len(accounts):.1f} queries a "
            f"builder, {len(others)} writes to event types and session types, {took / len(accounts) * 1000:.1f} ms of "
            "processor time a builder"
        )
        server.shutdown()


def _run(accounts: list[LinkedAccount]) -> float:
    """Runs a sync of each account, and returns the processor time that took."""
    for account in accounts:
        runs.request(account=account)
    started_at = time.process_time()
    runs.work_on_due()
    took = time.process_time() - started_at
    assert not CalendlySync.objects.exclude(status="succeeded").exists()
    return took


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
