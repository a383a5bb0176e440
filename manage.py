#!/usr/bin/env python
"""Django's command line, which starts the embedded servers for whoever has none."""

import os
import sys
from pathlib import Path

SERVERLESS = {"help", "check", "collectstatic", "demo", "version", "--version", "--help"}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command == "demo":
        os.environ["DEMO"] = "1"
    elif _only_the_demo_is_here():
        print("Using the demo's settings and data (var/). Set DEMO=0 for your own.", file=sys.stderr)
        os.environ["DEMO"] = "1"

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from config.embedded import ServersFailed, embedded_lease

    try:
        if command not in SERVERLESS:
            embedded_lease()
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, ServersFailed) as reason:
        print(f"Waymark cannot start: {reason}", file=sys.stderr)
        return 1
    return 0


def _only_the_demo_is_here() -> bool:
    """A folder in which `make demo` has run, and an environment that says nothing."""
    silent = not any(os.environ.get(name) for name in ("DEMO", "SECRET_KEY", "DATABASE_URL"))
    return silent and (Path(__file__).parent / "var" / "embedded" / "demo").is_dir()


if __name__ == "__main__":
    sys.exit(main())
