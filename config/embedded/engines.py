"""Which program made the data of an embedded server, which one reads it now, and data that no program can read.

The engine and its version are written beside each data folder. The next start takes the same program, because another
one, such as a Redis that was installed since, may not be able to read what a newer one has written.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from config.embedded.paths import Instance

VERSION = re.compile(r"(Valkey|Redis|PostgreSQL)\D+v?=?(\d[\d.]*)")


def engine_of(program: Path) -> str:
    """Returns the engine and version of a server's program, such as `Valkey 9.1.2`; an empty text if it does not say."""
    try:
        output = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = VERSION.search(output)
    return f"{match[1]} {match[2].rstrip('.')}" if match else ""


def record_engine(instance: Instance, name: str, program: Path) -> None:
    """Writes down which program works with the data of a server."""
    if engine := engine_of(program):
        _record(instance, name).write_text(f"{engine}\n")


def recorded_engine(instance: Instance, name: str) -> str:
    """Returns the engine and version that worked with the data of a server last; an empty text if that is not known."""
    try:
        return _record(instance, name).read_text(errors="replace").strip()
    except OSError:
        return ""


def choose(programs: Sequence[Path], recorded: str) -> Path:
    """Returns the program of the recorded engine and version, else another version of that engine, else the first."""
    engines = {program: engine_of(program) for program in programs}
    same = [program for program in programs if recorded and engines[program] == recorded]
    name = recorded.partition(" ")[0]
    similar = [program for program in programs if name and engines[program].startswith(f"{name} ")]
    return (same or similar or list(programs))[0]


def set_aside(instance: Instance, name: str, reason: str) -> Path:
    """Moves the data folder of a server out of the way, notes that in a line for the terminal, and returns where it is.
    What was set aside before is deleted."""
    for former in instance.data.glob(f"{name}.unreadable-*"):
        _delete(former)
    data = instance.data / name
    aside = instance.data / f"{name}.unreadable-{time.strftime('%Y%m%d-%H%M%S')}"
    data.rename(aside)
    what = "PostgreSQL's data" if name == "postgres" else "Valkey's data"
    instance.note(f"{what} could not be read ({reason}): set aside in {aside}, and begun anew")
    _record(instance, name).unlink(missing_ok=True)
    return aside


def put_back(instance: Instance, name: str, aside: Path) -> None:
    """Puts back what was set aside, because the new data folder did not work either."""
    _delete(instance.data / name)
    aside.rename(instance.data / name)
    instance.notes.unlink(missing_ok=True)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _record(instance: Instance, name: str) -> Path:
    return instance.data / f"{name}.engine"
