"""`manage.py demo`: runs Waymark with all its servers and demo data in one terminal."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from accounts.demo import PASSWORD
from accounts.models import User
from accounts.tokens import services as tokens
from config import assets
from config.demo_processes import NEXT_STEP, DemoProcesses, listen
from config.embedded import Instance, Lease, ServersFailed, delete_data, embedded_lease
from config.embedded.paths import IS_WHEEL, PROJECT, RESET_DEMO

DEFAULT_PORT = 8000
PEOPLE = [
    ("client@demo.test", "Cleo, a client"),
    ("builder@demo.test", "Ada, a builder"),
    ("support@demo.test", "Suri, support"),
    ("admin@demo.test", "Alex, the admin"),
]
TOKEN_NAME = "make demo"  # noqa: S105  (a label)


class Command(BaseCommand):
    help = "Runs Waymark with demo data: servers, web, worker, outbox and beat. Ctrl-C stops all of it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, help=f"the port to listen on (default {DEFAULT_PORT}, or the next free)"
        )
        parser.add_argument("--no-worker", action="store_true", help="without the background worker and its clock")
        parser.add_argument("--reset", action="store_true", help="delete all data first")

    def handle(self, *args: Any, port: int | None, no_worker: bool, reset: bool, **options: Any) -> None:
        started_at = time.monotonic()
        listener = self._open_listener(port)
        chosen = listener.getsockname()[1]
        lease = self._lease_servers(reset=reset)
        sandbox = self._open_sandbox()
        settings.SITE_URL = site = f"http://127.0.0.1:{chosen}"  # emails of the demo data link to it
        if not IS_WHEEL:
            self._print_stage("building styles and scripts")
            assets.refresh()
        self._prepare_data(sandbox)
        processes = DemoProcesses(
            listener=listener, sandbox=sandbox, site=site, with_worker=not no_worker, lease=lease, out=sys.stdout
        )
        self._print_stage("starting web" + ("" if no_worker else ", worker, outbox and beat"))
        processes.start()
        if not processes.wait_until_ready():
            raise CommandError(processes.failure)
        if not processes.is_stopping:
            self._print_welcome(site, time.monotonic() - started_at)
        processes.watch()
        if processes.failure:
            raise CommandError(processes.failure)
        self._print_stage("stopped")

    def _open_listener(self, port: int | None) -> socket.socket:
        """Returns the listening socket, kept open here, so that connections wait while the web process is restarted."""
        if port is not None:
            listener = listen(port)
            if listener is None:
                raise CommandError(f"Port {port} is in use. Stop what listens there, or choose another with --port.")
            return listener
        for candidate in range(DEFAULT_PORT, DEFAULT_PORT + 50):
            if listener := listen(candidate):
                if candidate != DEFAULT_PORT:
                    self._print_stage(f"port {DEFAULT_PORT} is in use, taking {candidate}")
                return listener
        raise CommandError(f"No free port between {DEFAULT_PORT} and {DEFAULT_PORT + 49}. Choose one with --port.")

    def _open_sandbox(self) -> socket.socket:
        """Returns the listening socket of the stand-ins for outside services, which Waymark may connect to."""
        listener = listen(0)
        if listener is None:
            raise CommandError("No free port for the stand-ins of outside services.")
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        settings.SANDBOX_URL = f"http://{address}"
        settings.OUTSIDE_TRUSTED = [*settings.OUTSIDE_TRUSTED, address]
        settings.CALENDARS_TRUSTED = [*settings.CALENDARS_TRUSTED, address]
        if not settings.STRIPE_SECRET_KEY:
            settings.STRIPE_SECRET_KEY = "sk_test_sandbox"  # noqa: S105  (the stand-in takes any key)
            settings.STRIPE_WEBHOOK_SECRETS = ["whsec_sandbox"]
            settings.STRIPE_API_BASE = f"{settings.SANDBOX_URL}/stripe"
        return listener

    def _lease_servers(self, *, reset: bool) -> Lease | None:
        try:
            if reset:
                self._print_stage("deleting all data")
                delete_data(Instance("demo"))
                for path in settings.DEMO_MAIL_FOLDER.glob("*.eml"):
                    path.unlink()
                settings.DEMO_STRIPE_FILE.unlink(missing_ok=True)
            return embedded_lease(self._print_stage)
        except ServersFailed as reason:
            raise CommandError(str(reason)) from None

    def _prepare_data(self, sandbox: socket.socket) -> None:
        self._print_stage("bringing the database up to date")
        try:
            call_command("migrate", verbosity=0, interactive=False)
            self._print_stage("adding demo data")
            with self._stand_ins(sandbox):
                call_command("seed_demo", verbosity=0, stdout=self.stdout)
        except DatabaseError as reason:
            lines = str(reason).strip().splitlines() or [type(reason).__name__]
            raise CommandError(f"PostgreSQL could not prepare the demo's data: {lines[0]}. {NEXT_STEP}") from None

    @contextmanager
    def _stand_ins(self, listener: socket.socket) -> Iterator[None]:
        """Serves the stand-ins while demo data is added, which is paid for there; later a process of its own does."""
        command = [sys.executable, "-m", "sandbox", str(listener.fileno())]
        variables = os.environ | {"SANDBOX_STRIPE_FILE": str(settings.DEMO_STRIPE_FILE), "STRIPE_API_BASE": ""}
        child = subprocess.Popen(command, env=variables, pass_fds=[listener.fileno()], cwd=PROJECT)
        try:
            yield
        finally:
            child.terminate()
            child.wait(timeout=20)

    def _print_welcome(self, site: str, seconds: float) -> None:
        builder = User.objects.get(email="builder@demo.test")
        tokens.revoke_named(user=builder, name=TOKEN_NAME)
        token = tokens.issue(user=builder, name=TOKEN_NAME)
        connection.close()
        lines = [
            "",
            self.style.SUCCESS(f"Waymark is ready after {seconds:.0f} s:  {site}/"),
            "",
            f"  Sign in as (password {PASSWORD})",
            *(f"    {email:<20} {who}" for email, who in PEOPLE),
            "",
            f"  Mail (not sent)        {site}/demo/mail/",
            f"  Style guide            {site}/styleguide/",
            f"  API documentation      {site}/api/docs",
            *self._bank_lines(),
            "",
            "  Try the API:",
            f"    curl {site}/readyz",
            f"    curl {site}/api/pathways",
            f"    curl -H 'Authorization: Bearer {token}' {site}/api/me",
            "",
            f"  Ctrl-C stops everything. The data is kept for the next start; {RESET_DEMO} deletes it.",
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

    def _bank_lines(self) -> list[str]:
        """Returns where to play the bank of a client, unless a key of Stripe's is set."""
        if not settings.STRIPE_API_BASE.startswith(settings.SANDBOX_URL):
            return []
        return [f"  Clients' bank          {settings.SANDBOX_URL}/stripe/disputes"]

    def _print_stage(self, text: str) -> None:
        self.stdout.write(f"  {text}")
        self.stdout.flush()
