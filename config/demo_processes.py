"""The demo's processes: web, worker, outbox, beat, and stand-ins for outside services, with their logs in one stream. One
that crashes is restarted."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, TextIO

from django.conf import settings

from config.celery import OUTBOX_WORKER, WORKER
from config.embedded import Lease, ServersFailed
from config.embedded.paths import PROJECT
from config.processes import Child

STOP_SECONDS = 3.5
MAX_CRASHES = 5  # within a minute; after these a process is not restarted
MAX_CRASHES_AT_START = 2
NEXT_STEP = "If it is the demo's data, start afresh with: make demo RESET=1"
COLOURS = {"web": "36", "worker": "35", "outbox": "34", "beat": "33", "sandbox": "32"}


def listen(port: int) -> socket.socket | None:
    """Returns a listening socket on loopback, or None if the port is in use."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(1024)
    except OSError:
        listener.close()
        return None
    listener.set_inheritable(True)
    return listener


@dataclass
class DemoProcess:
    """One process that should be running, and when it last crashed."""

    child: Child
    crashes: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_CRASHES))


class DemoProcesses:
    """Starts the processes, restarts those that stop, and stops them all within five seconds."""

    def __init__(
        self,
        *,
        listener: socket.socket,
        sandbox: socket.socket,
        site: str,
        with_worker: bool,
        lease: Lease | None,
        out: TextIO,
    ) -> None:
        self.listener, self.sandbox, self.site, self.lease, self.out = listener, sandbox, site, lease, out
        self.is_stopping = False
        self.is_ready = False
        self.failure = ""  # why the demo cannot go on, for people
        self.with_worker = with_worker
        self.processes = [self._web(), self._sandbox()]
        if with_worker:
            self.processes += [self._worker(), self._outbox(), self._beat()]
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def start(self) -> None:
        for process in self.processes:
            self._start_process(process)

    def wait_until_ready(self) -> bool:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not self.is_stopping:
            with suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(f"{self.site}/healthz", timeout=5)  # noqa: S310  (our own address)
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
        """Runs until a signal stops the demo; restarts processes and the servers' supervisor if they stop."""
        try:
            while not self.is_stopping and self._restart_stopped():
                time.sleep(0.2)
        finally:
            self._stop()

    def _restart_stopped(self) -> bool:
        if self.lease is not None:
            try:
                if self.lease.renew():
                    self._print("demo", "PostgreSQL's and Valkey's supervisor was gone, brought it back")
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
                self.failure = f"{process.child.name} keeps stopping; what it said is above. {NEXT_STEP}"
                return False
            if process.crashes:
                time.sleep(0.5)
            process.crashes.append(now)
            self._print("demo", f"{process.child.name} is gone, starting it again")
            self._start_process(process)
        return True

    def _stop(self) -> None:
        for process in self.processes:
            process.child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.processes:
            process.child.finish(deadline)
        self.listener.close()
        self.sandbox.close()

    def _start_process(self, process: DemoProcess) -> None:
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

    def _process(self, name: str, *arguments: str, keep_open: tuple[int, ...] = ()) -> DemoProcess:
        environment = os.environ | {
            "SITE_URL": self.site,
            "SANDBOX_URL": settings.SANDBOX_URL,
            "OUTSIDE_TRUSTED": ",".join(settings.OUTSIDE_TRUSTED),
            "CALENDARS_TRUSTED": ",".join(settings.CALENDARS_TRUSTED),
            "STRIPE_SECRET_KEY": settings.STRIPE_SECRET_KEY,
            "STRIPE_WEBHOOK_SECRET": ",".join(settings.STRIPE_WEBHOOK_SECRETS),
            "STRIPE_API_BASE": settings.STRIPE_API_BASE,
            "SANDBOX_STRIPE_FILE": str(settings.DEMO_STRIPE_FILE),
            "PYTHONUNBUFFERED": "1",
        }
        environment.setdefault("LOG_FORMAT", "text")
        if not self.with_worker:
            environment["CELERY_EAGER"] = "1"
        child = Child(name, [sys.executable, "-m", *arguments], environment, PROJECT, output=-1, keep_open=keep_open)
        return DemoProcess(child)

    def _web(self) -> DemoProcess:
        descriptor = self.listener.fileno()
        return self._process("web", "config.serve", str(descriptor), keep_open=(descriptor,))

    def _sandbox(self) -> DemoProcess:
        descriptor = self.sandbox.fileno()
        return self._process("sandbox", "sandbox", str(descriptor), keep_open=(descriptor,))

    def _worker(self) -> DemoProcess:
        return self._celery("worker", *WORKER, "--concurrency", "2")

    def _outbox(self) -> DemoProcess:
        return self._celery("outbox", *OUTBOX_WORKER)

    def _beat(self) -> DemoProcess:
        return self._celery("beat", "beat", "--pidfile=")

    def _celery(self, name: str, *arguments: str) -> DemoProcess:
        return self._process(name, "celery", "-A", "config.celery", "--quiet", *arguments, "--loglevel", "WARNING")
