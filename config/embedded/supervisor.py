"""The supervisor, which keeps both servers running while any process has a lease, then stops them and ends."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from config.embedded import engines, servers
from config.embedded.locks import FileLock
from config.embedded.paths import Instance
from config.processes import Child

POLL_SECONDS = 0.2
STOP_SECONDS = 15.0
START_SECONDS = 60.0
LOOK_SECONDS = 5.0
CAUSES_IN_THE_MACHINE = (
    "lock file", "shared memory", "semaphore", "No space left", "Cannot allocate memory", "Too many open files", "socket",
)  # fmt: skip
MAX_CRASHES = 5  # within a minute; after these the supervisor gives up


class SupervisorFailed(Exception):
    """A server does not start or keeps crashing; the message is one line, shown to people."""


@dataclass
class SupervisedServer:
    """One server, the functions that create and check its process, and when it last crashed."""

    make: Callable[[Instance, IO[bytes]], Child]
    ready: Callable[[Instance], bool]
    name: str
    child: Child | None = None
    has_been_ready: bool = False
    aside: Path | None = None  # where the data is that could not be read
    crashes: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_CRASHES))


class Supervisor:
    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.is_stopping = False
        self.log: IO[bytes] = sys.stdout.buffer
        self.servers = [
            SupervisedServer(
                servers.postgres, lambda instance: servers.database_answers(instance, "postgres"), "postgres"
            ),
            SupervisedServer(servers.valkey, servers.valkey_answers, "valkey"),
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
            if not self.is_stopping:
                self._prepare_database()
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
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._all_ready():
            self._restart_stopped()
            if self.is_stopping:
                return
            if time.monotonic() > deadline:
                raise SupervisorFailed(f"no answer within {START_SECONDS:.0f} s. {self.instance.next_step}")
            time.sleep(0.03)

    def _all_ready(self) -> bool:
        """Whether all servers answer now. Sets PostgreSQL's data aside if it runs but refuses each connection, because
        files are missing."""
        is_ready = True
        for server in self.servers:
            if server.ready(self.instance):
                server.has_been_ready = True
            else:
                is_ready = False
        database = self.servers[0]
        if not database.has_been_ready and (refusal := servers.refusal_of_database(self.instance, "postgres")):
            self._begin_anew(database, refusal)
        return is_ready

    def _prepare_database(self) -> None:
        """Creates the application's database where it is missing. Begins anew, once, with one that cannot be opened."""
        refusal = servers.create_database(self.instance)
        if refusal:
            self._begin_anew(self.servers[0], refusal)
            self._wait_until_ready()
            refusal = servers.create_database(self.instance)
        if refusal:
            raise SupervisorFailed(f"PostgreSQL does not open the database ({refusal}). {self.instance.next_step}")

    def _begin_anew(self, server: SupervisedServer, reason: str) -> None:
        """Stops a server that cannot read its data, sets the data aside and starts the server without."""
        if server.aside is not None:
            self._give_up(server, reason)
        if server.child is not None:
            server.child.ask_to_stop()
            server.child.finish(time.monotonic() + STOP_SECONDS)
        if self.instance.is_site and server.name == "postgres":
            raise SupervisorFailed(
                f"PostgreSQL cannot read its data in {self.instance.data / server.name} ({reason}). Nothing was changed. "
                "Restore a backup into another home, or set this folder right"
            )
        self._log(f"{server.name} cannot read its data: {reason}")
        server.aside, server.has_been_ready = engines.set_aside(self.instance, server.name, reason), False
        server.child = server.make(self.instance, self.log)
        server.child.start()

    def _restart_stopped(self) -> None:
        for server in self.servers:
            if server.child is None or server.child.running():
                continue
            server.child.finish(time.monotonic())
            now = time.monotonic()
            if len(server.crashes) == MAX_CRASHES and now - server.crashes[0] < 60:
                self._give_up(server, last_error(self.instance, server.name))
            error = last_error(self.instance, server.name)
            if server.crashes and not server.has_been_ready and server.aside is None and not _is_of_machine(error):
                # Twice without an answer: its data is damaged, or another version has written it.
                self._begin_anew(server, error)
                continue
            if server.crashes:
                time.sleep(min(2.0, 0.2 * 2 ** len(server.crashes)))
            server.crashes.append(now)
            self._log(f"{server.child.name} is gone, starting it again")
            server.child = server.make(self.instance, self.log)
            server.child.start()

    def _give_up(self, server: SupervisedServer, reason: str) -> None:
        if server.child is not None:
            server.child.ask_to_stop()
            server.child.finish(time.monotonic() + STOP_SECONDS)
        if server.aside is not None and not server.has_been_ready:  # the data was not the cause
            engines.put_back(self.instance, server.name, server.aside)
        raise SupervisorFailed(f"{server.name} keeps stopping ({reason}). {self.instance.next_step}")

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


def last_error(instance: Instance, name: str) -> str:
    """Returns the last reason for stopping that a server has written to the log, without time and process id."""
    mark = re.compile(r"(?:FATAL|PANIC): +(.+)" if name == "postgres" else r"(?:# |\* )(.+)")
    try:
        lines = instance.log.read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    error = [match[1].strip() for line in lines if (match := mark.search(line))]
    return error[-1][:200] if error else "it said nothing"


def _is_of_machine(error: str) -> bool:
    """Whether a server says that it stopped for a reason that is not in its data."""
    return any(cause in error for cause in CAUSES_IN_THE_MACHINE)


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
