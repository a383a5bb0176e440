"""The supervisor, which keeps both servers running while any process has a lease, then stops them and ends."""

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
LOOK_SECONDS = 0.5
MAX_CRASHES = 5  # within a minute; after these the supervisor gives up


class SupervisorFailed(Exception):
    """A server does not start or keeps crashing; the message is one line, shown to people."""


@dataclass
class SupervisedServer:
    """One server, the functions that create and check its process, and when it last crashed."""

    make: Callable[[Instance, IO[bytes]], Child]
    ready: Callable[[Instance], bool]
    child: Child | None = None
    crashes: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_CRASHES))


class Supervisor:
    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.is_stopping = False
        self.log: IO[bytes] = sys.stdout.buffer
        self.servers = [
            SupervisedServer(servers.postgres, lambda instance: servers.database_answers(instance, "postgres")),
            SupervisedServer(servers.valkey, servers.valkey_answers),
        ]

    def run(self) -> None:
        supervising = FileLock(self.instance.supervising)
        if not _acquire(supervising):
            return
        supervising.write(str(os.getpid()))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        leases = FileLock(self.instance.leases)
        try:
            servers.make_folders(self.instance)
            self._start_all()
            servers.create_database(self.instance)
            # Once this process has the exclusive lock, there is no lease, and no new one until this process ends.
            while not self.is_stopping and not leases.acquire(wait=False):
                self._restart_stopped()
                time.sleep(POLL_SECONDS)
        finally:
            self._stop_all()
            # In this order, which the end of a process does not guarantee: whoever waits for a lease starts a supervisor.
            supervising.release()
            leases.release()

    def _start_all(self) -> None:
        for server in self.servers:
            server.child = server.make(self.instance, self.log)
            server.child.start()
        deadline = time.monotonic() + START_SECONDS
        while not all(server.ready(self.instance) for server in self.servers):
            self._restart_stopped()
            if self.is_stopping:
                return
            if time.monotonic() > deadline:
                raise SupervisorFailed(f"no answer within {START_SECONDS:.0f} s")
            time.sleep(0.03)

    def _restart_stopped(self) -> None:
        for server in self.servers:
            if server.child is None or server.child.running():
                continue
            server.child.finish(time.monotonic())
            now = time.monotonic()
            if len(server.crashes) == MAX_CRASHES and now - server.crashes[0] < 60:
                raise SupervisorFailed(f"{server.child.name} keeps dying; its own words stand above")
            if server.crashes:
                time.sleep(min(2.0, 0.2 * 2 ** len(server.crashes)))
            server.crashes.append(now)
            self._log(f"{server.child.name} is gone, starting it again")
            server.child = server.make(self.instance, self.log)
            server.child.start()

    def _stop_all(self) -> None:
        children = [server.child for server in self.servers if server.child]
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in children:
            child.finish(deadline)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True

    def _log(self, text: str) -> None:
        self.log.write(f"supervisor: {text}\n".encode())
        self.log.flush()


def _acquire(supervising: FileLock) -> bool:
    """Takes the lock, unless another supervisor has it. Who only looks at it with `is_held` has it for a moment."""
    deadline = time.monotonic() + LOOK_SECONDS
    while not supervising.acquire(wait=False):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def main(name: str) -> int:
    instance = Instance(name)
    try:
        Supervisor(instance).run()
    except (SupervisorFailed, servers.SetupFailed) as reason:
        instance.failure.write_text(f"{reason}\n")
        print(reason, flush=True)
        return 1
    return 0
