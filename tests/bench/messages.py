"""A conversation of 10,000 messages: opening it beside a short one, and what sending and opening cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.ids import uuid7
from messaging import opening, services
from tests.bench.timing import compare
from tests.messaging.cast import long_conversation

MESSAGES, TIMES = 10_000, 30


def cost(title: str, work: Callable[[], object]) -> None:
    """Prints the number of queries, and the CPU time of this process, without that of PostgreSQL."""
    work()
    statements: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        statements.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(note):
        work()
    started_at = time.process_time()
    for _ in range(TIMES):
        work()
    milliseconds = (time.process_time() - started_at) / TIMES * 1000
    print(f"{title}\n    {len(statements)} queries, {milliseconds:.1f} ms of CPU")


def everything() -> None:
    ada, cleo = (User.objects.get(email=f"{name}@demo.test") for name in ("builder", "client"))
    alex = User.objects.get(email="admin@demo.test")
    client = alex if opening.participant_with(cleo, ada) else cleo  # the demo has a conversation of Cleo and Ada
    long = long_conversation(client, ada, MESSAGES)
    short = long_conversation(User.objects.get(email="support@demo.test"), ada, 50)
    browser = Client()
    browser.force_login(ada)
    pages = {name: reverse("messaging:conversation", args=[part.conversation_id]) for name, part in (("long", long), ("short", short))}  # fmt: skip

    def opened(name: str) -> Callable[[], Any]:
        return lambda: browser.get(pages[name])

    def sent() -> None:
        answer = browser.post(
            pages["long"], {"text": "Hello", "client_key": str(uuid7())}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 204, answer.content

    compare(f"opening a conversation of {MESSAGES:,} messages, beside one of 50", opened("long"), opened("short"))
    cost(f"opening a conversation of {MESSAGES:,} messages", opened("long"))
    cost("sending a message into it over HTTP", sent)
    cost("sending a message into it by the service", lambda: services.send(sender=long, text="Hello"))
