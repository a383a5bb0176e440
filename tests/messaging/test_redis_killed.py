"""Tests that 200 open windows show every message once, in order, although Redis is killed for half a minute."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from config.embedded import Instance
from config.embedded.servers import valkey_program
from messaging.models import Message
from tests import environment
from tests.cast import make_builder_person, make_person
from tests.messaging.cast import conversation_of
from tests.messaging.open_windows import OpenWindow, client_for_many
from tests.servers import serving

WINDOWS = 200
OUTAGE_SECONDS = 30
RECOVERY_SECONDS = 120  # a hundred windows load their lists on one busy machine


class OwnRedis:
    """A Redis of this test, which can be killed and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.process = self._started()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)

    def start_again(self) -> None:
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        program = valkey_program(Instance("test"))
        command = [
            str(program),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)


@contextmanager
def own_redis(folder: Path) -> Iterator[OwnRedis]:
    server = OwnRedis(folder)
    try:
        yield server
    finally:
        server.kill()


async def say_all(client: httpx.AsyncClient, windows: list[OpenWindow], round_name: str) -> None:
    """Sends one message from each window, a few at a time, as people who write at the same moment."""
    turns = asyncio.Semaphore(8)

    async def say(number: int, window: OpenWindow) -> None:
        async with turns:
            key = str(uuid4())
            codes = [await window.send(client, f"{round_name} {number}", key) for _ in range(2)]
            assert codes == [204, 204]

    await asyncio.gather(*(say(number, window) for number, window in enumerate(windows)))


async def all_show(windows: list[OpenWindow], round_name: str) -> None:
    """Waits until both windows of each conversation show what both have sent in the round."""
    for place in range(0, len(windows), 2):
        for window in windows[place : place + 2]:
            for number in (place, place + 1):
                await window.shows(f"{round_name} {number}", RECOVERY_SECONDS)


async def talk(windows: list[OpenWindow], redis: OwnRedis) -> None:
    """Everybody writes before, during and after the outage, and reads until all windows show everything."""
    async with client_for_many() as client:
        listening = [asyncio.create_task(window.listen(client)) for window in windows]
        await asyncio.gather(*(asyncio.wait_for(window.is_ready.wait(), RECOVERY_SECONDS) for window in windows))
        await say_all(client, windows, "before")
        redis.kill()
        killed_at = time.monotonic()
        await say_all(client, windows, "during")
        await asyncio.wait(listening, timeout=max(0.0, killed_at + OUTAGE_SECONDS - time.monotonic()))
        redis.start_again()
        await all_show(windows, "during")
        await say_all(client, windows, "after")
        await all_show(windows, "after")
        for task in listening:
            task.cancel()


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_in_200_windows_while_redis_is_killed(committed: None, tmp_path: Path) -> None:
    ada = make_builder_person("Ada Moreno")
    with own_redis(tmp_path) as redis:
        variables = {"REDIS_URL": redis.url, "LIMIT_MESSAGES_PER_PERSON": "0"}
        with serving(f"waymark_{environment.WORKER}", **variables) as site:
            windows: list[OpenWindow] = []
            for number in range(WINDOWS // 2):
                pair = conversation_of(make_person(f"Client {number}"), ada)
                windows += [OpenWindow(site, participant) for participant in pair]
            asyncio.run(talk(windows, redis))

    for place in range(0, WINDOWS, 2):
        shown, other = windows[place].texts, windows[place + 1].texts
        assert shown == other
        assert sorted(shown) == sorted(
            f"{when} {place + side}" for when in ("before", "during", "after") for side in (0, 1)
        )
    assert Message.objects.count() == 3 * WINDOWS
