"""The versions of Waymark that are installed in a home, each in an environment of its own, and which of them runs.

`versions/current` is a link to the environment that runs. A command that was installed in another place, such as the one
that systemd starts, hands over to it, so that an upgrade need not change that place.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

STARTED_BY = "WAYMARK_COMMAND"  # the command that handed over to the current version
STAYS = "WAYMARK_THIS_VERSION"  # set where a command must not hand over, as when an upgrade asks the former version
NUMBER = re.compile(r"(\d+(?:\.\d+)*)(?:\.?(a|b|rc|dev)(\d+))?(?:\+[a-z0-9.]+)?")


@dataclass(frozen=True)
class Previous:
    """The version that ran before the last upgrade, and what `waymark rollback` needs to go back to it."""

    folder: str
    version: str
    applied: list[str] = field(default_factory=list)  # its migrations
    backup: str = ""
    backed_up_at: str = ""
    data: str = ""  # the data folder of the embedded PostgreSQL, if the upgrade changed its major version


def folder_of_versions(home: Path) -> Path:
    return home / "versions"


def current_link(home: Path) -> Path:
    return folder_of_versions(home) / "current"


def own_folder() -> Path:
    """Returns the environment that this process runs in."""
    return Path(sys.prefix).resolve()


def is_installed_by_upgrade(home: Path) -> bool:
    """Whether this process runs a version that `waymark upgrade` has installed into the home."""
    return own_folder().is_relative_to(folder_of_versions(home).resolve())


def current_folder(home: Path) -> Path:
    """Returns the environment of the version that runs, which is this process's own before the first upgrade."""
    link = current_link(home)
    return link.resolve() if link.exists() else own_folder()


def command_in(folder: Path) -> list[str]:
    """Returns the beginning of a command that runs Waymark in this environment, whatever is in the working directory: with `-m`
    alone, Python takes the packages of a checkout there. A checkout runs itself."""
    if folder == own_folder() and not Path(__file__).resolve().is_relative_to(folder):
        return [sys.executable, "-m", "waymark"]
    return [str(folder / "bin" / "python"), "-P", "-m", "waymark"]


def hand_over(home: Path, arguments: list[str]) -> None:
    """Replaces this process by the same command of the current version, if that is another one."""
    current = current_folder(home)
    if os.environ.get(STAYS):
        return
    if is_installed_by_upgrade(home) or current == own_folder() or not (current / "bin" / "python").exists():
        return
    os.environ.setdefault(STARTED_BY, _own_command())
    command = command_in(current)
    os.execv(command[0], [*command, *arguments])  # noqa: S606  (no shell is wanted)


def _own_command() -> str:
    program = Path(sys.executable).with_name("waymark")
    return str(program) if program.exists() else ""


def switch_to(home: Path, folder: Path) -> None:
    """Makes the version in this environment the current one, in one step."""
    link = current_link(home)
    link.parent.mkdir(mode=0o700, exist_ok=True)
    new = link.with_name("current.new")
    new.unlink(missing_ok=True)
    new.symlink_to(folder)
    new.replace(link)


def read_previous(home: Path) -> Previous | None:
    """Returns what is known of the version before the last upgrade, or None if there is no way back."""
    try:
        values: dict[str, Any] = json.loads((folder_of_versions(home) / "previous.json").read_text())
        return Previous(**values)
    except (FileNotFoundError, ValueError, TypeError):
        return None


def write_previous(home: Path, previous: Previous | None) -> None:
    path = folder_of_versions(home) / "previous.json"
    if previous is None:
        path.unlink(missing_ok=True)
        return
    new = path.with_suffix(".new")
    new.write_text(json.dumps(asdict(previous), indent=1))
    new.replace(path)


def order_of(version: str) -> tuple[tuple[int, ...], tuple[int, int]]:
    """Returns a key by which versions are compared: 1.0 < 1.0.1 < 1.1rc1 < 1.1. Raises ValueError for what is none."""
    match = NUMBER.fullmatch(version)
    if match is None:
        raise ValueError(version)
    numbers = [int(part) for part in match[1].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    stage = ("dev", "a", "b", "rc", None).index(match[2])
    return tuple(numbers), (stage, int(match[3] or 0))
