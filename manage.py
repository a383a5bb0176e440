#!/usr/bin/env python
"""Django's command line. Starts the embedded PostgreSQL and Valkey where the environment names no servers."""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

# Past a pooler, if there is one: they need sessions of their own.
DIRECT_COMMANDS = {"migrate", "undo_migrations", "backup", "restore", "dbshell"}
COMMANDS_WITHOUT_SERVERS = {"help", "check", "collectstatic", "demo", "systemd", "version", "--version", "--help"}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command == "demo":
        os.environ["DEMO"] = "1"
    elif _is_demo_folder():
        print("Using the demo's settings and data (var/). Set DEMO=0 for your own.", file=sys.stderr)
        os.environ["DEMO"] = "1"
        use_stand_ins()

    if command in DIRECT_COMMANDS:
        connect_directly()

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from config.embedded import ServersFailed, embedded_lease

    try:
        if command not in COMMANDS_WITHOUT_SERVERS:
            embedded_lease()
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, ServersFailed) as reason:
        print(f"Waymark cannot start: {reason}", file=sys.stderr)
        return 1
    return 0


def _home() -> Path:
    return Path(os.environ.get("WAYMARK_HOME") or Path(__file__).parent / "var")


def _is_demo_folder() -> bool:
    """Whether `make demo` has run in this folder and the environment configures nothing else."""
    unconfigured = not any(os.environ.get(name) for name in ("DEMO", "SECRET_KEY", "DATABASE_URL"))
    return unconfigured and (_home() / "embedded" / "demo").is_dir()


def connect_directly() -> None:
    """Takes PostgreSQL itself in place of the pooler, if DATABASE_DIRECT_URL says where it is."""
    if past_the_pooler := os.environ.pop("DATABASE_DIRECT_URL", ""):
        from config.databases import direct_url

        os.environ["DATABASE_URL"] = direct_url(os.environ.get("DATABASE_URL", ""), past_the_pooler)
        os.environ["DATABASE_POOLER"] = ""


def use_stand_ins() -> None:
    """While the demo runs, takes the addresses of its stand-ins for outside services from the file that it has written."""
    with suppress(FileNotFoundError):
        for name, value in json.loads((_home() / "demo-stand-ins.json").read_text()).items():
            os.environ.setdefault(name, value)


if __name__ == "__main__":
    sys.exit(main())
