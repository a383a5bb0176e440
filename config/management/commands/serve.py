"""`waymark serve`: runs a site on one machine, with all its processes, in one terminal or under systemd."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.embedded import ServersFailed, embedded_lease
from config.running import Processes
from config.serve_processes import BehindCaddy, OneServer, ServeFailed, Tls, listen
from waymark.serving import READY, RESTARTED


class Command(BaseCommand):
    help = "Runs the site: web, worker, outbox and beat, and PostgreSQL and Valkey where none are configured."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (0.0.0.0 for all)")
        parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default 8000)")
        parser.add_argument("--certificate", type=Path, help="the file of the TLS certificate, with its chain")
        parser.add_argument("--key", type=Path, help="the file of its key")
        parser.add_argument("--caddy", action="store_true", help="serve behind Caddy, which fetches the certificate")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEMO:
            raise CommandError("DEMO is set. Run the demo with `waymark demo`.")
        try:
            processes = self._processes(**options)
        except (ServeFailed, ServersFailed) as reason:
            raise CommandError(str(reason)) from None
        processes.start()
        if processes.wait_until_ready() and not processes.is_stopping:
            self.stdout.write(self.style.SUCCESS(f"Waymark is ready:  {settings.SITE_URL}/"))
            self.stdout.flush()
            report(b"1")
            processes.on_restarted = lambda is_done: report(RESTARTED if is_done else b"f")
            processes.watch()
        if processes.failure:
            raise CommandError(processes.failure)
        self.stdout.write("  stopped")

    def _processes(
        self, *, host: str, port: int, certificate: Path | None, key: Path | None, caddy: bool, **options: Any
    ) -> Processes:
        """Returns the processes as the options say, once the database is up to date."""
        if (certificate is None) != (key is None):
            raise ServeFailed("A certificate needs its key, and a key its certificate: give --certificate and --key.")
        tls = Tls(certificate.absolute(), key.absolute()) if certificate and key else None  # processes run elsewhere
        if tls:
            tls.check()
        listener = None if caddy else listen(host, port)
        lease = embedded_lease(lambda text: self.stdout.write(f"  {text}"))
        self._bring_database_up_to_date()
        connection.close()
        if listener is None:
            return BehindCaddy(lease=lease, out=sys.stdout)
        return OneServer(listener=listener, tls=tls, lease=lease, out=sys.stdout)

    def _bring_database_up_to_date(self) -> None:
        """Creates the tables of a new site. An older database is left as it is, since an upgrade needs a backup first."""
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing and executor.loader.applied_migrations:
            raise ServeFailed(
                f"The database is of an older version: {len(missing)} migrations have not run. Upgrade with "
                "`waymark upgrade FILE`, or back it up and run them with: waymark manage migrate"
            )
        if missing:
            self.stdout.write("  creating the database's tables")
            call_command("migrate", verbosity=0, interactive=False)


def report(word: bytes) -> None:
    """Tells the process of `waymark serve` that the site answers, or how a restart has ended."""
    if descriptor := os.environ.get(READY):
        with suppress(OSError):
            os.write(int(descriptor), word)
