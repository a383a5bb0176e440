"""The data folder of the embedded PostgreSQL of a site, while an upgrade changes its major version."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from waymark.home import read_configuration

if TYPE_CHECKING:
    from config.embedded import Instance, Lease

SITE = "site"
STOP_SECONDS = 60


class StillRunning(OSError):
    """The embedded servers do not stop, so their data cannot be moved."""


class NotRunning(OSError):
    """The embedded servers do not start; the message says why."""


def has_own_servers(home: Path) -> bool:
    """Whether the configuration names other servers than the embedded ones."""
    variables = read_configuration(home) | dict(os.environ)
    return bool(variables.get("DATABASE_URL") or variables.get("REDIS_URL"))


def lease(home: Path) -> Lease | None:
    """Keeps the embedded servers running between the commands of an upgrade; None for a site with servers of its own."""
    if has_own_servers(home):
        return None
    instance = _instance(home)
    from config.embedded import ServersFailed  # only where the project is on the path
    from config.embedded import lease as take

    try:
        return take(instance)
    except ServersFailed as reason:
        raise NotRunning(str(reason)) from None


def place_for(home: Path, major: str) -> Path:
    """Returns where the data folder of PostgreSQL can be set aside, once the servers have stopped. Nothing is there any more."""
    instance = _instance(home)
    _wait_until_stopped(instance)
    aside = instance.data / f"postgres.{major}"
    if aside.exists():
        shutil.rmtree(aside)
    return aside


def set_aside(home: Path, aside: Path) -> None:
    """Moves the data folder of PostgreSQL out of the way, with the note of the program that works with it, so that the next
    start makes a new one."""
    data = _instance(home).data
    (data / "postgres").rename(aside)
    (data / "postgres.engine").unlink(missing_ok=True)


def put_back(home: Path, aside: Path) -> None:
    """Puts the data folder back in place of the new one, which is deleted once the other is in its place."""
    instance = _instance(home)
    _wait_until_stopped(instance)
    if not aside.is_dir():
        raise FileNotFoundError(f"The former data is no longer in {aside}.")
    data, replaced = instance.data / "postgres", instance.data / "postgres.replaced"
    shutil.rmtree(replaced, ignore_errors=True)
    if data.exists():
        data.rename(replaced)
    aside.rename(data)
    shutil.rmtree(replaced, ignore_errors=True)


def delete(home: Path, aside: Path) -> None:
    """Deletes a data folder that was set aside."""
    if aside.parent == _instance(home).data and aside.name.startswith("postgres."):
        shutil.rmtree(aside, ignore_errors=True)


def _wait_until_stopped(instance: Instance) -> None:
    from config.embedded.locks import is_held  # as above

    deadline = time.monotonic() + STOP_SECONDS
    while is_held(instance.supervising):
        if time.monotonic() > deadline:
            raise StillRunning(
                "PostgreSQL does not stop, since a process still uses it. Stop all processes of the site."
            )
        time.sleep(0.1)


def _instance(home: Path) -> Instance:
    here = Path(__file__).resolve().parent
    project = here / "project" if (here / "project").is_dir() else here.parent
    os.environ["WAYMARK_HOME"] = str(home)
    if str(project) not in sys.path:
        sys.path.insert(0, str(project))
    from config.embedded import Instance as EmbeddedInstance  # as above

    return EmbeddedInstance(SITE)
