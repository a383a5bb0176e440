"""A site of several processes of each kind behind Caddy, started by the commands of `waymark run`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from config.embedded.paths import PROJECT
from config.processes import Child
from config.serve_processes import caddyfile
from waymark.command import PROCESSES

LIMITS = ("LIMIT_BOOKINGS_PER_PERSON", "LIMIT_BOOKINGS_PER_ADDRESS", "LIMIT_BOOKINGS_PER_MAIL")
START_SECONDS = 300  # long, so that a busy machine fails no test
FINISH_SECONDS = 60
PROXY_SECONDS = 2


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def command_of(service: str) -> list[str]:
    """Returns the command of `waymark run` for this process."""
    return [sys.executable, "-m", *PROCESSES[service]]


@dataclass
class Member:
    """One process of the site, and where it answers if it does."""

    service: str
    child: Child
    port: int = 0

    def start(self) -> None:
        self.child.start()

    def stop(self) -> None:
        """Asks it to stop and waits: what it has begun is finished. It must end by itself."""
        assert self.child.process is not None
        self.child.process.send_signal(signal.SIGTERM)
        self.child.process.wait(FINISH_SECONDS)
        self.child.finish(time.monotonic())


@dataclass
class RunningSite:
    """The site behind its proxy."""

    folder: Path
    variables: dict[str, str]
    members: list[Member] = field(default_factory=list)
    restarts: int = 0

    @property
    def address(self) -> str:
        return self.variables["SITE_URL"]

    @property
    def mails(self) -> Path:
        return self.folder / "mail-of-tests"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | self.variables

    def add(self, service: str) -> Member:
        """Starts one more process of this kind."""
        command, port = command_of(service), 0
        if "--port" in command:
            port = free_port()
            command[command.index("--host") + 1], command[command.index("--port") + 1] = "127.0.0.1", str(port)
        if "--hostname" in command:  # two on one machine need two names
            command[command.index("--hostname") + 1] = f"{service}@test-{len(self.members)}"
        elif service == "worker":
            command += ["--hostname", f"{service}@test-{len(self.members)}"]
        output = (self.folder / f"{service}.log").open("ab")
        member = Member(service, Child(service, command, self.environment, PROJECT, output=output.fileno()), port)
        member.start()
        output.close()
        self.members.append(member)
        return member

    def restart_all(self, services: Sequence[str] = ("web", "live", "worker", "outbox", "beat")) -> None:
        """Restarts all processes one after another, as an operator would: the next one once the former is back."""
        for member in list(self.members):
            if member.service in services:
                member.stop()
                self._start_again(member)
                self.restarts += 1

    def _start_again(self, member: Member) -> None:
        with (self.folder / f"{member.service}.log").open("ab") as output:
            member.child.output = output.fileno()
            member.start()
        if member.port:
            wait_until_up(member.port)
            self._wait_for_the_proxy()

    def start_ended(self) -> list[str]:
        """Starts the processes again that have ended by themselves, and returns each with its exit status and last line."""
        ended = [member for member in self.members if not member.child.running()]
        ends = [self._end_of(member) for member in ended]
        for member in ended:
            member.child.dismiss_guard()
            self._start_again(member)
        return ends

    def _end_of(self, member: Member) -> str:
        status = member.child.process.returncode if member.child.process else "not started"
        lines = (self.folder / f"{member.service}.log").read_text(errors="replace").splitlines()
        return f"{member.service} ended with {status}: {lines[-1][:500] if lines else ''}"

    def _wait_for_the_proxy(self) -> None:
        """Waits until the proxy has asked each process twice: before it knows that this one is back, no other must go."""
        until = time.monotonic() + PROXY_SECONDS
        while time.monotonic() < until:
            time.sleep(0.1)

    def pids(self, service: str) -> list[int]:
        """Returns the ids of the processes of one kind, without their children."""
        processes = [member.child.process for member in self.members if member.service == service]
        return [process.pid for process in processes if process is not None]


def wait_until_up(port: int) -> None:
    """Waits until a process is ready for requests."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=30).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"port {port} is not ready")


@contextmanager
def running_site(folder: Path, services: Sequence[str], **variables: str) -> Iterator[RunningSite]:
    """Yields a site with these processes behind Caddy, all of them ready."""
    caddy = shutil.which("caddy")
    assert caddy, "the test has to be skipped without Caddy"
    port = free_port()
    site = RunningSite(
        folder,
        {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "WAYMARK_HOME": str(folder),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "CELERY_EAGER": "0",
            "DATABASE_POOL_MAX": "16",
            "TRUSTED_PROXIES": "127.0.0.1",
            "PYTHONUNBUFFERED": "1",
            **dict.fromkeys(LIMITS, "0"),
            **variables,
        },
    )
    with ExitStack() as stack:
        stack.callback(_stop_all, site)
        for service in services:
            site.add(service)
        ports = {name: [m.port for m in site.members if m.service == name] for name in ("web", "live")}
        upstreams = {
            f"{name.upper()}_UPSTREAMS": " ".join(f"127.0.0.1:{upstream}" for upstream in ports[name] or [free_port()])
            for name in ports
        }
        path = folder / "Caddyfile"
        path.write_text(caddyfile(caddy))
        with (folder / "proxy.log").open("ab") as output:
            command = [caddy, "run", "--config", str(path), "--adapter", "caddyfile"]
            proxy = Child("proxy", command, site.environment | upstreams, folder, output=output.fileno())
            proxy.start()
        stack.callback(lambda: proxy.finish(time.monotonic()))
        for member in site.members:
            if member.port:
                wait_until_up(member.port)
        wait_until_up(port)
        yield site


def _stop_all(site: RunningSite) -> None:
    for member in site.members:
        member.child.ask_to_stop()
    for member in site.members:
        member.child.finish(time.monotonic() + 20)


def caddy_is_missing() -> bool:
    return shutil.which("caddy") is None
