"""What is written down while an upgrade or a rollback exchanges the data folder of PostgreSQL, and how it ends if it is killed.

Between the moment at which the former data is set aside and the switch to the new version, no version could find its data. So
the next command of the site, whichever it is, puts the data back first.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from waymark import embedded_data, locks, versions

PART = "WAYMARK_PART_OF_UPGRADE"  # set for the commands that an upgrade runs itself


class Moving(Exception):
    """The data of PostgreSQL is being moved, so no other command can use it now."""


@dataclass(frozen=True)
class Move:
    """An exchange of data folders that has begun: where the former data is, and the environment of the version that it fits."""

    aside: str
    folder: str
    is_rollback: bool = False


def begin(home: Path, move: Move) -> None:
    """Writes down that the data folder is exchanged from now on."""
    path = _file(home)
    new = path.with_suffix(".new")
    with new.open("w") as file:
        file.write(json.dumps(asdict(move)))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def end(home: Path) -> None:
    _file(home).unlink(missing_ok=True)


def go_back(home: Path) -> None:
    """Puts the former data back in its place, if a move has begun."""
    move = _read(home)
    if move is not None:
        if Path(move.aside).is_dir():
            embedded_data.put_back(home, Path(move.aside))
        end(home)


def recover(home: Path) -> str:
    """Ends a move whose upgrade or rollback was killed, and returns a sentence about it; an empty text if there is none.

    Raises Moving while the upgrade goes on.
    """
    if os.environ.get(PART) or not _file(home).exists():
        return ""
    lock = locks.lock_upgrades(home)
    if lock is None:
        raise Moving("An upgrade is moving the data to another version of PostgreSQL. Try again when it has finished.")
    try:
        return recover_locked(home)
    finally:
        locks.unlock_upgrades(lock)


def recover_locked(home: Path) -> str:
    """Does the same for whoever has the lock of upgrades."""
    move = _read(home)
    if move is None:
        return ""
    former = Path(move.folder)
    if move.is_rollback:
        go_back(home)
        versions.switch_to(home, former)
        versions.write_previous(home, None)
        return "A rollback had been killed. It is finished now: the former version and its data are in place again."
    if versions.current_folder(home) != former.resolve():  # it was killed after it had switched to the new version
        end(home)
        return ""
    go_back(home)
    previous = versions.read_previous(home)
    if previous is not None and Path(previous.folder).resolve() == former.resolve():
        versions.write_previous(home, None)
    return "An upgrade had been killed while it moved the data to another version of PostgreSQL. The data is in place again."


def _read(home: Path) -> Move | None:
    with suppress(FileNotFoundError):
        return Move(**json.loads(_file(home).read_text()))
    return None


def _file(home: Path) -> Path:
    return versions.folder_of_versions(home) / "moving.json"
