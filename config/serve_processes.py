"""The processes of a site on one machine: web, worker, outbox and beat, and behind Caddy the one for `/live/` as well."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.conf import settings

from config.embedded import Lease
from config.embedded.paths import HOME, PROJECT
from config.processes import Child
from config.running import Processes, RunningProcess

# Two servers of pages with a process each: while one is restarted, the other serves. Caddy looks at them each second.
PAGES = ("config.pages", "--workers", "1", "--threads", "2", "--drain", "3")
LIVE = (
    "uvicorn",
    "config.asgi:application",
    "--timeout-graceful-shutdown",
    "3",
    "--no-server-header",
    "--no-access-log",
)


class ServeFailed(Exception):
    """The site cannot be served as asked for; the message says why and what to do."""


@dataclass(frozen=True)
class Tls:
    """The files of a certificate, with its chain, and of its key."""

    certificate: Path
    key: Path

    def check(self) -> None:
        """Refuses files that cannot be read, before any process starts."""
        for path in (self.certificate, self.key):
            try:
                with path.open("rb"):
                    pass
            except OSError as error:
                raise ServeFailed(f"{path} cannot be read: {error.strerror}") from None


def listen(host: str, port: int) -> socket.socket:
    """Returns the listening socket, which stays open while the web process is restarted."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise ServeFailed(
            f"Port {port} of {host} cannot be opened: {error.strerror}. Choose another with --port."
        ) from None
    listener.set_inheritable(True)
    return listener


class OneServer(Processes):
    """Serves pages and `/live/` from one process, for a small site: with TLS by itself, or behind a proxy without it."""

    def __init__(self, *, listener: socket.socket, tls: Tls | None, lease: Lease | None, out: TextIO) -> None:
        host, port = listener.getsockname()[:2]
        local = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  (what is compared, not listened on)
        scheme = "https" if tls else "http"
        super().__init__(
            health=f"{scheme}://{f'[{local}]' if ':' in local else local}:{port}/healthz", lease=lease, out=out
        )
        self.listener = listener
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        files = (str(tls.certificate), str(tls.key)) if tls else ()
        descriptor = listener.fileno()
        web = ("config.serve", str(descriptor), *files)
        self.processes = [self._python("web", *web, environment=environment, keep_open=(descriptor,))]
        self.processes[0].takes_over = True
        self.processes += self._background(environment)

    def close(self) -> None:
        self.listener.close()


class BehindCaddy(Processes):
    """Serves pages by granian and `/live/` by uvicorn behind Caddy, which fetches and renews the certificate."""

    def __init__(self, *, lease: Lease | None, out: TextIO) -> None:
        caddy = shutil.which("caddy")
        if caddy is None:
            raise ServeFailed("Caddy is not on PATH. Install it (Debian: apt-get install caddy), or use --certificate.")
        web, live = (_free_port(), _free_port()), _free_port()
        super().__init__(health=_health(web[0]), lease=lease, out=out)
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "TRUSTED_PROXIES": "127.0.0.1"}
        streams = (*LIVE, "--host", "127.0.0.1", "--port", str(live), "--no-proxy-headers")
        self.processes = [
            *(self._pages(port, environment) for port in web),
            self._python("live", *streams, environment=environment),
            _proxy(caddy, web=web, live=live),
            *self._background(environment),
        ]
        self.processes[2].health = _health(live)

    def _pages(self, port: int, environment: dict[str, str]) -> RunningProcess:
        """Returns a server of pages. When everything stops it need not drain, which it does for SIGTERM alone."""
        process = self._python("web", *PAGES, "--port", str(port), environment=environment)
        process.child.stop_signal = signal.SIGINT
        process.health = _health(port)
        return process


def _health(port: int) -> str:
    return f"http://127.0.0.1:{port}/healthz"


def _proxy(caddy: str, *, web: Sequence[int], live: int) -> RunningProcess:
    """Returns Caddy with the configuration that a site on several machines has, too."""
    path = HOME / "Caddyfile"
    path.write_text(caddyfile(caddy))
    environment = {
        **os.environ,
        "SITE_URL": settings.SITE_URL,
        "WEB_UPSTREAMS": " ".join(f"127.0.0.1:{port}" for port in web),
        "LIVE_UPSTREAMS": f"127.0.0.1:{live}",
        "XDG_DATA_HOME": str(HOME / "caddy"),
    }
    command = [caddy, "run", "--config", str(path), "--adapter", "caddyfile"]
    return RunningProcess(Child("proxy", command, environment, HOME, output=-1), restarts=False)


def caddyfile(caddy: str) -> str:
    """Returns deploy/Caddyfile as this version of Caddy reads it, without the port on which it could be changed."""
    text = (PROJECT / "deploy" / "Caddyfile").read_text()
    if _is_old(caddy):  # such as Debian 12's
        text = text.replace("request_buffers 16MB", "buffer_requests\n\t\tmax_buffer_size 16MB")
    return text.replace("{\n", "{\n\tadmin off\n", 1)


def _is_old(caddy: str) -> bool:
    """Whether this Caddy is older than 2.7, which renamed the option for receiving whole requests."""
    output = subprocess.run([caddy, "version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v?(\d+)\.(\d+)", output)
    return match is not None and (int(match[1]), int(match[2])) < (2, 7)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
