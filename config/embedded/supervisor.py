"""The supervisor: keeps both servers up while there is a lease, then stops them and goes."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

from config.embedded import servers
from config.embedded.locks import FileLock
from config.embedded.paths import Instance
from config.processes import Child

POLL_SECONDS = 0.2
STOP_SECONDS = 15.0
START_SECONDS = 60.0
CRASHES = 5  # within a minute: then it is no accident


class GivesUp(Exception):
    """A server keeps dying; the message is one line for a person."""


@dataclass
class Kept:
    """One server, with the means to make it again and the memory of its deaths."""

    make: Callable[[Instance, IO[bytes]], Child]
    ready: Callable[[Instance], bool]
    child: Child | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=CRASHES))


class Supervisor:
    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.told_to_stop = False
        self.log: IO[bytes] = sys.stdout.buffer
        self.kept = [
            Kept(servers.postgres, lambda instance: servers.database_answers(instance, "postgres")),
            Kept(servers.valkey, servers.valkey_answers),
        ]

    def run(self) -> None:
        alone = FileLock(self.instance.supervising)
        if not alone.take(wait=False):
            return
        alone.write(str(os.getpid()))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        leases = FileLock(self.instance.leases)
        try:
            servers.make_folders(self.instance)
            self._start_all()
            servers.create_database(self.instance)
            # With the exclusive lock in hand nobody has a lease, and nobody can get one until we are gone.
            while not self.told_to_stop and not leases.take(wait=False):
                self._revive()
                time.sleep(POLL_SECONDS)
        finally:
            self._stop_all()

    def _start_all(self) -> None:
        for kept in self.kept:
            kept.child = kept.make(self.instance, self.log)
            kept.child.start()
        deadline = time.monotonic() + START_SECONDS
        while not all(kept.ready(self.instance) for kept in self.kept):
            self._revive()
            if self.told_to_stop:
                return
            if time.monotonic() > deadline:
                raise GivesUp(f"no answer within {START_SECONDS:.0f} s")
            time.sleep(0.03)

    def _revive(self) -> None:
        for kept in self.kept:
            if kept.child is None or kept.child.running():
                continue
            kept.child.finish(time.monotonic())
            now = time.monotonic()
            if len(kept.deaths) == CRASHES and now - kept.deaths[0] < 60:
                raise GivesUp(f"{kept.child.name} keeps dying; its own words stand above")
            if kept.deaths:
                time.sleep(min(2.0, 0.2 * 2 ** len(kept.deaths)))
            kept.deaths.append(now)
            self._say(f"{kept.child.name} is gone, starting it again")
            kept.child = kept.make(self.instance, self.log)
            kept.child.start()

    def _stop_all(self) -> None:
        children = [kept.child for kept in self.kept if kept.child]
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in children:
            child.finish(deadline)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.told_to_stop = True

    def _say(self, text: str) -> None:
        self.log.write(f"supervisor: {text}\n".encode())
        self.log.flush()


def main(name: str) -> int:
    instance = Instance(name)
    try:
        Supervisor(instance).run()
    except (GivesUp, servers.SetupFailed) as reason:
        instance.failure.write_text(f"{reason}\n")
        print(reason, flush=True)
        return 1
    return 0
