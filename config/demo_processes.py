"""The demo's processes: web, worker, outbox, beat, and stand-ins for outside services."""

from __future__ import annotations

import json
import os
import socket
from typing import TextIO

from django.conf import settings

from config.embedded import Lease
from config.embedded.paths import RESET_DEMO
from config.running import Processes

# Where the stand-ins listen, for `manage.py` while the demo runs. The key of Stripe is written only if it is a stand-in's.
STAND_INS = ("SITE_URL", "SANDBOX_URL", "OUTSIDE_TRUSTED", "CALENDARS_TRUSTED")
STRIPE_STAND_IN = ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_BASE")
NEXT_STEP = f"If it is the demo's data, start afresh with: {RESET_DEMO}"


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
        if self.lease is not None:
            settings.DEMO_STAND_INS_FILE.unlink(missing_ok=True)
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
        if self.lease is not None:  # its own database, which is that of manage.py too
            is_ours = settings.STRIPE_API_BASE.startswith(settings.SANDBOX_URL)
            names = (*STAND_INS, *(STRIPE_STAND_IN if is_ours else ()))
            settings.DEMO_STAND_INS_FILE.write_text(json.dumps({name: environment[name] for name in names}))
        environment.setdefault("LOG_FORMAT", "text")
        if not with_worker:
            environment["CELERY_EAGER"] = "1"
        return environment
