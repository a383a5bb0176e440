"""`waymark systemd`: prints the unit that runs the site, or one process of a site on several machines, with the machine."""

from __future__ import annotations

import getpass
import os
import re
import sys
from argparse import ArgumentParser
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.embedded.paths import HOME, PROJECT
from waymark.command import PROCESSES
from waymark.home import CONFIGURATION

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
TARGET = "target"
LOW_PORTS = "AmbientCapabilities=CAP_NET_BIND_SERVICE\n"  # to listen on 80 and 443 without being root


class Command(BaseCommand):
    help = "Prints a unit of systemd: for `waymark serve` with its options, or for one process of a site on several machines."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "serve",
            nargs="*",
            help="the options of `waymark serve`, such as --caddy; or the name of a process and its options: "
            f"{', '.join(PROCESSES)}; or {TARGET}, for the unit that all of them belong to",
        )

    def handle(self, *args: Any, serve: list[str], **options: Any) -> None:
        program = Path(os.environ.get(COMMAND) or Path(sys.executable).with_name("waymark"))
        command = [str(program)] if program.exists() else [sys.executable, "-m", "waymark"]
        if serve[:1] == [TARGET]:
            self.stdout.write(_saved_as("waymark.target") + _file("waymark.target"), ending="")
        elif serve and serve[0] in PROCESSES:
            self.stdout.write(_unit_of_process(command, *serve), ending="")
        else:
            self.stdout.write(_unit_of_site(command, serve))


def _unit_of_site(command: list[str], options: list[str]) -> str:
    """Returns the unit of a site that runs on one machine."""
    return UNIT.format(
        user=getpass.getuser(),
        home=_quoted(f"WAYMARK_HOME={HOME}"),
        command=_line([*command, "serve", *_absolute(options)]),  # systemd starts the site in another folder
        rights=LOW_PORTS,
    )


def _unit_of_process(command: list[str], name: str, *options: str) -> str:
    """Returns the unit of a process of a site on several machines: the one of deploy/systemd, for this user and home."""
    _check_what_machines_share()
    lines = {
        "User": getpass.getuser(),
        "EnvironmentFile": str(HOME / CONFIGURATION).replace("%", "%%"),
        "ExecStart": _line([*command, "run", name, *options]),
    }
    used = [command[0], sys.base_prefix]  # uv, for one, installs Python in its user's home
    if not settings.MEDIA_BUCKET:
        lines["ExecStart"] += f"\nReadWritePaths={_quoted(str(settings.MEDIA_HOME))}"
        used.append(str(settings.MEDIA_HOME))
    if any(path.startswith(("/home/", "/root/")) for path in used):
        lines["ProtectHome"] = "read-only"  # otherwise they would be hidden
    unit = _file(f"waymark-{name}.service")
    for key, value in lines.items():
        line = f"{key}={value}".replace("\\", r"\\")
        unit = re.sub(rf"^{key}=.*$", line, unit, count=1, flags=re.MULTILINE)
    return _saved_as(f"waymark-{name}.service") + unit


def _check_what_machines_share() -> None:
    """Refuses a configuration with which each machine would have a site of its own."""
    if os.environ.get("EMBEDDED_INSTANCE"):
        raise CommandError("The machines share a database and a Redis: name them in DATABASE_URL and REDIS_URL.")
    if not settings.MEDIA_BUCKET and "MEDIA_ROOT" not in os.environ:
        raise CommandError(
            "People's files would stay on this machine: name a bucket in MEDIA_BUCKET, or in MEDIA_ROOT a folder that all "
            "machines share."
        )


def _saved_as(name: str) -> str:
    return (
        f"# Save this as /etc/systemd/system/{name}, then: systemctl daemon-reload && systemctl enable --now {name}\n"
    )


def _file(name: str) -> str:
    return (PROJECT / "deploy" / "systemd" / name).read_text()


def _line(command: list[str]) -> str:
    return " ".join(_quoted(part).replace("$", "$$") for part in command)


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
