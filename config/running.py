"""A set of processes that run together, with their logs in one stream. One that crashes is restarted."""

from __future__ import annotations

import os
import select
import signal
import ssl
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import IO, TextIO

from django.conf import settings

from config.celery import OUTBOX_WORKER, WORKER
from config.embedded import Lease, ServersFailed
from config.embedded.paths import HOME, PROJECT
from config.processes import READY, Child
from waymark.home import CONFIGURED, read_configuration

SERVED_BY = "WAYMARK_SERVED_BY"  # the process of waymark/serving.py
STOP_SECONDS = 3.5
FINISH_SECONDS = 60  # for what a process has begun, in a rolling restart
MAX_CRASHES = 5  # within a minute; after these a process is not restarted
MAX_CRASHES_AT_START = 2
COLOURS = {"web": "36", "live": "36", "worker": "35", "outbox": "34", "beat": "33", "sandbox": "32", "proxy": "32"}


@dataclass
class RunningProcess:
    """One process that should be running, and when it last crashed.

    A rolling restart waits until `health` answers. With `takes_over`, the new process starts while the old one still
    serves: it says itself when it is ready, since both listen on one socket.
    """

    child: Child
    health: str = ""
    takes_over: bool = False
    restarts: bool = True  # whether a rolling restart includes it
    crashes: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_CRASHES))


class Processes:
    """Starts the processes, restarts those that stop, and stops them all within five seconds."""

    label = "waymark"  # the name before the lines that this process itself prints
    next_step = ""  # what to do when a process keeps stopping, for people

    def __init__(self, *, health: str, lease: Lease | None, out: TextIO) -> None:
        self.health, self.lease, self.out = health, lease, out
        self.host = settings.ALLOWED_HOSTS[0].removeprefix(".").replace("*", "localhost")
        self.is_stopping = False
        self.is_restart_wanted = False
        self.on_restarted: Callable[[bool], object] = lambda is_done: None
        self.is_ready = False
        self.failure = ""  # why it cannot go on, for people
        self.processes: list[RunningProcess] = []
        self.parent = int(os.environ[SERVED_BY]) if os.environ.get(SERVED_BY) else None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        if self.parent is not None:
            signal.signal(signal.SIGHUP, self._on_restart)  # no terminal sends it to this process

    def start(self) -> None:
        for process in self.processes:
            self._start_process(process)

    def wait_until_ready(self) -> bool:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not self.is_stopping:
            if _is_up(self.health, self.host):
                self.is_ready = True
                return True
            if not self._restart_stopped():
                self._stop()
                return False
            time.sleep(0.1)
        if not self.is_stopping:
            self.failure = "The web server has not answered within a minute. What it said is above."
            self._stop()
        return self.is_stopping

    def watch(self) -> None:
        """Runs until a signal comes; restarts processes and the servers' supervisor if they stop."""
        try:
            while not self.is_stopping and not self._is_alone() and self._restart_stopped():
                if self.is_restart_wanted:
                    self.is_restart_wanted = False
                    self.on_restarted(self.restart())
                time.sleep(0.2)
        finally:
            self._stop()

    def restart(self) -> bool:
        """Restarts the processes one after another, while the others serve. Ends early once it should stop, or if a new
        process does not become ready, so that the rest goes on as it was."""
        for process in self.processes:
            if self.is_stopping or not self._was_restarted(process):
                self._print(self.label, "not everything was restarted")
                return False
        self._print(self.label, "everything was restarted")
        return True

    def _was_restarted(self, process: RunningProcess) -> bool:
        """Replaces the process by a new one, and returns whether that one serves. What the old one has begun is finished."""
        if not process.restarts:
            return True
        old = process.child
        process.child = replace(old, environment=self._fresh_environment(old.environment))
        if process.takes_over:
            is_ready = self._says_that_it_is_ready(process)
            if not is_ready:  # the old one still serves
                process.child.ask_to_stop()
                process.child.finish(time.monotonic() + STOP_SECONDS)
                process.child = old
                return False
        old.stop_signal = signal.SIGTERM  # by which every kind of process finishes what it has begun
        old.ask_to_stop()
        old.finish(time.monotonic() + FINISH_SECONDS)
        if not process.takes_over:
            self._start_process(process)
        return not process.health or self._answers(process)

    def _says_that_it_is_ready(self, process: RunningProcess) -> bool:
        """Starts the process, and waits until it writes to the descriptor that it gets for this."""
        readable, writable = os.pipe()
        child = process.child
        process.child = replace(
            child,
            environment={**(child.environment or os.environ), READY: str(writable)},
            keep_open=(*child.keep_open, writable),
        )
        try:
            self._start_process(process)
            os.close(writable)
            has_written = bool(select.select([readable], [], [], FINISH_SECONDS)[0] and os.read(readable, 1))
        finally:
            os.close(readable)
        # When it is started again after a crash, nobody waits.
        process.child.environment, process.child.keep_open = child.environment, child.keep_open
        return has_written

    def _answers(self, process: RunningProcess) -> bool:
        deadline = time.monotonic() + FINISH_SECONDS
        while time.monotonic() < deadline and not self.is_stopping and process.child.running():
            if _is_up(process.health, self.host):
                return True
            time.sleep(0.1)
        return False

    def _fresh_environment(self, environment: Mapping[str, str] | None) -> dict[str, str]:
        """Returns the environment for a process that is restarted, with what the file of the configuration says by now."""
        fresh = dict(environment or os.environ)
        names = set(filter(None, os.environ.get(CONFIGURED, "").split(",")))
        file = read_configuration(HOME) if names else {}
        for name in names - set(file):
            fresh.pop(name, None)
        return fresh | {name: value for name, value in file.items() if name in names or name not in os.environ}

    def _is_alone(self) -> bool:
        """Whether the process of `waymark serve` that started this one is gone, so that nothing could stop it."""
        return self.parent is not None and os.getppid() != self.parent

    def _restart_stopped(self) -> bool:
        if self.lease is not None:
            try:
                if self.lease.renew():
                    self._print(self.label, "PostgreSQL's and Valkey's supervisor was gone, brought it back")
            except ServersFailed as reason:
                self.failure = str(reason)
                return False
        for process in self.processes:
            if process.child.running():
                continue
            process.child.finish(time.monotonic())
            now = time.monotonic()
            most = MAX_CRASHES if self.is_ready else MAX_CRASHES_AT_START
            if len(process.crashes) >= most and now - process.crashes[0] < 60:
                self.failure = f"{process.child.name} keeps stopping; what it said is above. {self.next_step}".rstrip()
                return False
            if process.crashes:
                time.sleep(0.5)
            process.crashes.append(now)
            self._print(self.label, f"{process.child.name} is gone, starting it again")
            self._start_process(process)
        return True

    def _stop(self) -> None:
        for process in self.processes:
            process.child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.processes:
            process.child.finish(deadline)
        self.close()

    def close(self) -> None:
        """Closes what was kept open for the processes, once they have stopped."""

    def _start_process(self, process: RunningProcess) -> None:
        started = process.child.start()
        assert started.stdout is not None
        threading.Thread(target=self._relay, args=(process.child.name, started.stdout), daemon=True).start()

    def _relay(self, name: str, lines: IO[bytes]) -> None:
        for line in lines:
            self._print(name, line.decode(errors="replace").rstrip())

    def _print(self, name: str, text: str) -> None:
        label = f"{name:<7} |"
        if self.out.isatty():
            label = f"\033[{COLOURS.get(name, '32')}m{label}\033[0m"
        with suppress(BrokenPipeError, ValueError):
            print(f"{label} {text}", file=self.out, flush=True)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True

    def _on_restart(self, number: int, frame: FrameType | None) -> None:
        self.is_restart_wanted = True

    def _python(
        self, name: str, *arguments: str, environment: dict[str, str], keep_open: tuple[int, ...] = ()
    ) -> RunningProcess:
        """Returns a process that runs a module of Python in the project's folder."""
        command: list[str | Path] = [sys.executable, "-m", *arguments]
        return RunningProcess(Child(name, command, environment, PROJECT, output=-1, keep_open=keep_open))

    def _background(self, environment: dict[str, str]) -> list[RunningProcess]:
        """Returns the worker for periodic jobs, the one for the outbox, and the clock that starts their tasks."""
        return [
            self._celery("worker", "config.celery", *WORKER, "--concurrency", "2", environment=environment),
            self._celery("outbox", "config.celery", *OUTBOX_WORKER, environment=environment),
            self._python("beat", "config.beat", environment=environment),
        ]

    def _celery(self, name: str, app: str, *arguments: str, environment: dict[str, str]) -> RunningProcess:
        celery = ("celery", "-A", app, "--quiet")
        return self._python(name, *celery, *arguments, "--loglevel", "WARNING", environment=environment)


def _is_up(address: str, host: str) -> bool:
    """Whether a health check answers."""
    request = urllib.request.Request(address, headers={"Host": host})  # noqa: S310  (our own address)
    try:
        with urllib.request.urlopen(request, timeout=5, context=_context(address)):  # noqa: S310  (see above)
            return True
    except (urllib.error.URLError, OSError):
        return False


def _context(address: str) -> ssl.SSLContext | None:
    """Returns how to ask our own address for its health: its certificate need not be valid for 127.0.0.1."""
    if not address.startswith("https:"):
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
