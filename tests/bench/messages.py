"""A conversation of 10,000 messages: opening it beside a short one, and what sending and opening cost. And how soon a
message is in the other's open window, beside 500 open streams on one process, with the memory of each."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import clock
from core.ids import uuid7
from messaging import opening, services
from messaging.models import Participant
from tests.bench.timing import compare
from tests.messaging.cast import conversation_of, long_conversation
from tests.messaging.open_windows import OpenWindow, client_for_many
from tests.servers import serving

MESSAGES, TIMES = 10_000, 30
STREAMS, DELIVERIES = 500, 100


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
    deliveries()


def deliveries() -> None:
    """Sends messages between two open windows, beside 498 others that listen."""
    client, ada = (User.objects.get(email=f"{name}@demo.test") for name in ("support", "builder"))
    mine, theirs = conversation_of(client, ada)
    services.mute(by=theirs, now=clock.now(), is_muted=True)  # no mails
    with serving(str(connection.settings_dict["NAME"]), LIMIT_MESSAGES_PER_PERSON="0") as site:
        rows = Participant.objects.filter(user__isnull=False).exclude(conversation=mine.conversation_id)
        others = list(rows.select_related("user")[:20])
        silent = [OpenWindow(site, others[number % len(others)], is_shown=False) for number in range(STREAMS - 2)]
        asyncio.run(_deliver(OpenWindow(site, mine), OpenWindow(site, theirs), silent))


async def _deliver(sender: OpenWindow, reader: OpenWindow, silent: list[OpenWindow]) -> None:
    async with client_for_many() as http:
        await sender.load(http)
        memory = _memory()
        tasks = [asyncio.create_task(window.listen(http)) for window in (sender, reader, *silent)]
        await asyncio.gather(*(window.is_ready.wait() for window in (sender, reader, *silent)))
        grown = (_memory() - memory) / STREAMS
        milliseconds, used = [], _processor_time()
        for number in range(DELIVERIES):
            text, started_at = f"Delivery {number}.", time.monotonic()
            _, shown_at = await asyncio.gather(sender.send(http, text, str(uuid7())), reader.shows(text))
            milliseconds.append((shown_at - started_at) * 1000)
        used = (_processor_time() - used) / DELIVERIES * 1000
        for task in tasks:
            task.cancel()
    late = statistics.quantiles(milliseconds, n=20)[18]
    print(f"a message until it is in the other's open window, beside {STREAMS} open streams on one process")
    print(
        f"    {statistics.median(milliseconds):.0f} ms, p95 {late:.0f} ms; {used:.0f} ms of CPU of the server; "
        f"{grown:.0f} kB of memory for each stream"
    )


def _memory() -> int:
    """Returns the resident memory of the processes that this one has started, in kB."""
    lines = [Path(f"/proc/{pid}/status").read_text() for pid in _children()]
    return sum(int(text.split("VmRSS:")[1].split()[0]) for text in lines if "VmRSS:" in text)


def _processor_time() -> float:
    """Returns the CPU time that these processes have used, in seconds."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in _children()]
    return sum(int(values[11]) + int(values[12]) for values in fields) / os.sysconf("SC_CLK_TCK")


def _children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
