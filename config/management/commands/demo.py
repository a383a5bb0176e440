"""`manage.py demo`: everything that Waymark needs, in one terminal."""

from __future__ import annotations

import socket
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from accounts.demo import PASSWORD
from accounts.models import User
from accounts.tokens import services as tokens
from config import assets
from config.demo_processes import DemoProcesses, listen
from config.embedded import Instance, Lease, ServersFailed, embedded_lease, forget

DEFAULT_PORT = 8000
PEOPLE = [
    ("client@demo.test", "Cleo, a client"),
    ("builder@demo.test", "Ada, a builder"),
    ("support@demo.test", "Suri, support"),
    ("admin@demo.test", "Alex, the admin"),
]
TOKEN_NAME = "make demo"  # noqa: S105  (a label)


class Command(BaseCommand):
    help = "Runs Waymark with demo data: servers, web, worker and beat. Ctrl-C stops all of it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, help=f"the port to listen on (default {DEFAULT_PORT}, or the next free)"
        )
        parser.add_argument("--no-worker", action="store_true", help="without the background worker and its clock")
        parser.add_argument("--reset", action="store_true", help="forget all data first")

    def handle(self, *args: Any, port: int | None, no_worker: bool, reset: bool, **options: Any) -> None:
        started_at = time.monotonic()
        door = self._open_door(port)
        chosen = door.getsockname()[1]
        lease = self._servers(reset=reset)
        settings.SITE_URL = site = f"http://127.0.0.1:{chosen}"  # the demo data's letters link to it
        self._stage("building styles and scripts")
        assets.refresh()
        self._data()
        processes = DemoProcesses(door=door, site=site, with_worker=not no_worker, lease=lease, out=sys.stdout)
        self._stage("starting web" + ("" if no_worker else ", worker and beat"))
        processes.start()
        if not processes.wait_until_ready():
            raise CommandError("The web server did not answer. Its own words stand above.")
        if not processes.told_to_stop:
            self._welcome(site, time.monotonic() - started_at)
        processes.watch()
        self._stage("stopped")

    def _open_door(self, port: int | None) -> socket.socket:
        """The listening socket is opened here and kept: a web process that is restarted drops nobody."""
        if port is not None:
            door = listen(port)
            if door is None:
                raise CommandError(f"Port {port} is in use. Stop what listens there, or choose another with --port.")
            return door
        for candidate in range(DEFAULT_PORT, DEFAULT_PORT + 50):
            if door := listen(candidate):
                if candidate != DEFAULT_PORT:
                    self._stage(f"port {DEFAULT_PORT} is in use, taking {candidate}")
                return door
        raise CommandError(f"No free port between {DEFAULT_PORT} and {DEFAULT_PORT + 49}. Choose one with --port.")

    def _servers(self, *, reset: bool) -> Lease | None:
        try:
            if reset:
                self._stage("forgetting all data")
                forget(Instance("demo"))
                for letter in settings.DEMO_MAIL_FOLDER.glob("*.eml"):
                    letter.unlink()
            return embedded_lease(self._stage)
        except ServersFailed as reason:
            raise CommandError(str(reason)) from None

    def _data(self) -> None:
        self._stage("bringing the database up to date")
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except OperationalError as reason:
            raise CommandError(f"PostgreSQL does not answer: {str(reason).strip()}") from None
        self._stage("laying out demo data")
        call_command("seed_demo", verbosity=0, stdout=self.stdout)

    def _welcome(self, site: str, seconds: float) -> None:
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
            f"  Mail it sends          {site}/demo/mail/",
            f"  Its building blocks    {site}/styleguide/",
            f"  The API, to click on   {site}/api/docs",
            "",
            "  Try the API:",
            f"    curl {site}/readyz",
            f"    curl {site}/api/pathways",
            f"    curl -H 'Authorization: Bearer {token}' {site}/api/me",
            "",
            "  Ctrl-C stops everything. Data is kept for the next time; RESET=1 forgets it.",
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

    def _stage(self, text: str) -> None:
        self.stdout.write(f"  {text}")
        self.stdout.flush()
