"""The demo's processes: web, worker, outbox, beat, and stand-ins for outside services."""

from __future__ import annotations

import os
import socket
from typing import TextIO

from django.conf import settings

from config.embedded import Lease
from config.running import Processes

NEXT_STEP = "If it is the demo's data, start afresh with: make demo RESET=1"


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


class DemoProcesses(Processes):
    """Starts the demo's processes on listening sockets that stay open while they are restarted."""

    label = "demo"
    next_step = NEXT_STEP

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
        super().__init__(health=f"{site}/healthz", lease=lease, out=out)
        self.listener, self.sandbox = listener, sandbox
        environment = self._environment(site, with_worker=with_worker)
        for name, module, opened in (("web", "config.serve", listener), ("sandbox", "sandbox", sandbox)):
            descriptor = opened.fileno()
            self.processes.append(
                self._python(name, module, str(descriptor), environment=environment, keep_open=(descriptor,))
            )
        if with_worker:
            self.processes += self._background(environment)

    def close(self) -> None:
        self.listener.close()
        self.sandbox.close()

    def _environment(self, site: str, *, with_worker: bool) -> dict[str, str]:
        environment = os.environ | {
            "SITE_URL": site,
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
        if not with_worker:
            environment["CELERY_EAGER"] = "1"
        return environment
