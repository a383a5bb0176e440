"""`waymark systemd`: prints the unit that runs the site with the machine."""

from __future__ import annotations

import getpass
import os
import sys
from argparse import ArgumentParser
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.embedded.paths import HOME

UNIT = """\
# Save this as /etc/systemd/system/waymark.service, then: systemctl enable --now waymark
[Unit]
Description=Waymark
After=network-online.target
Wants=network-online.target

[Service]
User={user}
Environment={home}
ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=2
KillMode=mixed
KillSignal=SIGTERM
TimeoutStopSec=60
{rights}NoNewPrivileges=true
ProtectSystem=full
PrivateTmp=false

[Install]
WantedBy=multi-user.target
"""
COMMAND = "WAYMARK_COMMAND"  # the command that has handed over to the current version, and that stays where it is
FILES = ("--certificate", "--key")
LOW_PORTS = "AmbientCapabilities=CAP_NET_BIND_SERVICE\n"  # to listen on 80 and 443 without being root


class Command(BaseCommand):
    help = "Prints a unit of systemd that runs `waymark serve` with the options given here."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("serve", nargs="*", help="the options of `waymark serve`, such as --caddy")

    def handle(self, *args: Any, serve: list[str], **options: Any) -> None:
        serve = _absolute(serve)  # systemd starts the site in another folder
        program = Path(os.environ.get(COMMAND) or Path(sys.executable).with_name("waymark"))
        command = [str(program)] if program.exists() else [sys.executable, "-m", "waymark"]
        self.stdout.write(
            UNIT.format(
                user=getpass.getuser(),
                home=_quoted(f"WAYMARK_HOME={HOME}"),
                command=" ".join(_quoted(part).replace("$", "$$") for part in [*command, "serve", *serve]),
                rights=LOW_PORTS,
            )
        )


def _absolute(options: list[str]) -> list[str]:
    """Returns the options with whole paths to the files of the certificate."""
    words = []
    for before, option in pairwise(["", *options]):
        name, is_joined, value = option.partition("=")
        if before in FILES:
            words.append(str(Path(option).absolute()))
        elif is_joined and name in FILES:
            words.append(f"{name}={Path(value).absolute()}")
        else:
            words.append(option)
    return words


def _quoted(word: str) -> str:
    """Returns a word as systemd reads it: quoted where it has spaces, and with `%` as it is."""
    word = word.replace("%", "%%")
    if word and not any(character in word for character in " \t\"'\\;"):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
