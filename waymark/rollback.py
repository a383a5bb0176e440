"""`waymark rollback`: back to the version before the last upgrade."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import Any

from waymark import embedded_data, locks, moves, serving, versions
from waymark.programs import Program, StepFailed
from waymark.upgrade import (
    KEY,
    count_of_migrations,
    ignore_signals,
    interrupt_when_terminated,
    say,
    say_what_was_recovered,
    switch,
)
from waymark.versions import Previous


def rollback(home: Path, arguments: list[str]) -> int:
    """Goes back to the version before the last upgrade, and returns the exit status."""
    parser = argparse.ArgumentParser(
        "waymark rollback", description="Goes back to the version before the last upgrade."
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before something is lost")
    options = parser.parse_args(arguments)
    if locks.lock_upgrades(home) is None:
        raise StepFailed("Another upgrade or rollback is in progress.")
    say_what_was_recovered(home)
    previous = versions.read_previous(home)
    if previous is None:
        raise StepFailed(
            "There is no version to go back to. `waymark rollback` goes back once after each `waymark upgrade`."
        )
    interrupt_when_terminated()
    try:
        Rollback(home, previous).run(is_agreed=options.yes)
    except OSError as reason:
        raise StepFailed(str(reason)) from None
    except KeyboardInterrupt:
        return 130
    return 0


class Rollback:
    """One way back: the migrations are undone, or the backup of the upgrade is restored where they cannot be."""

    def __init__(self, home: Path, previous: Previous) -> None:
        self.home, self.previous = home, previous
        self.new = Program(versions.current_folder(home), home)
        self.old = Program(Path(previous.folder), home)
        self.applied = versions.folder_of_versions(home) / "applied.txt"
        # Where the data folder is exchanged, this version may not be able to read the one that is in use.
        self.lease = None if previous.data else embedded_data.lease(home)

    def run(self, *, is_agreed: bool) -> None:
        say(f"[1/4] Checking the way back to Waymark {self.previous.version}")
        plan = self._plan()
        if plan["lost"] and not (is_agreed or _agrees()):
            raise StepFailed("Nothing was changed.")
        is_running = bool(serving.read_serving(self.home))
        say("[2/4] Stopping the site" if is_running else "[2/4] The site is not running")
        if is_running:
            serving.ask(self.home, signal.SIGUSR2, serving.STOPPED)
        try:
            say("[3/4] Taking the data back")
            self._take_back(plan)
        except BaseException:
            self._resume()
            say(f"The way back has stopped. Waymark stays with the version in {self.new.folder}.")
            raise
        say("[4/4] Switching")
        self._release()
        try:
            switch(self.home, self.old.folder, back_to=self.old.folder)
        finally:
            moves.end(self.home)
        versions.write_previous(self.home, None)
        say(f"Waymark {self.previous.version} is the version of this site again.")

    def _plan(self) -> dict[str, Any]:
        """Returns how the data is taken back, and says what will be lost."""
        if not self.old.is_there() or self.old.run("--version").returncode:
            raise StepFailed(f"The former version is no longer in {self.old.folder}. Nothing was changed.")
        self.applied.write_text("\n".join(self.previous.applied) + "\n")
        since = ("--since", self.previous.backed_up_at)
        plan: dict[str, Any] = self.new.read("manage", "undo_migrations", str(self.applied), "--plan", *since)
        changes = "every change since then to what was there before"  # no count finds these
        if self.previous.data:
            self._refuse_missing(self.previous.data)
            plan["how"], plan["lost"] = "data", [*plan["lost_by_restoring"], changes]
            say(
                f"      PostgreSQL goes back to its former major version, with the data of {self.previous.backed_up_at}."
            )
        elif plan["cannot"]:
            self._refuse_missing(self.previous.backup)
            plan["how"], plan["lost"] = "restore", [*plan["lost_by_restoring"], changes]
            say(f"      {', '.join(plan['cannot'])} cannot be undone.")
            say(f"      The backup of {self.previous.backed_up_at} will be restored: {self.previous.backup}")
        else:
            plan["how"], plan["lost"] = "undo", plan["lost_by_undoing"]
            say(f"      {count_of_migrations(len(plan['undo']))} will be undone.")
        for sentence in plan["lost"]:
            say(f"      lost: {sentence}")
        if not plan["lost"]:
            say("      nothing will be lost")
        return plan

    def _refuse_missing(self, path: str) -> None:
        if not Path(path).exists():
            raise StepFailed(f"{path} is gone, and there is no other way back. Nothing was changed.")

    def _take_back(self, plan: dict[str, Any]) -> None:
        if plan["how"] == "data":
            self._put_data_back()
        elif plan["how"] == "restore":
            key = versions.folder_of_versions(self.home) / KEY
            said = self.old.must("restore", self.previous.backup, "--key-file", str(key), "--replace")
            say("\n".join(f"      {line}" for line in said.strip().splitlines()))
        else:
            self.new.must("manage", "undo_migrations", str(self.applied))

    def _put_data_back(self) -> None:
        """Exchanges the data folders, and does not let itself be interrupted from then on."""
        ignore_signals()
        moves.begin(self.home, moves.Move(self.previous.data, self.previous.folder, is_rollback=True))
        try:
            embedded_data.put_back(self.home, Path(self.previous.data))
        except (FileNotFoundError, embedded_data.StillRunning):  # nothing was moved
            moves.end(self.home)
            raise

    def _resume(self) -> None:
        if serving.read_serving(self.home):
            serving.ask(self.home, signal.SIGUSR1, serving.SERVING)

    def _release(self) -> None:
        if self.lease is not None:
            self.lease.release()
            self.lease = None


def _agrees() -> bool:
    if not sys.stdin.isatty():
        raise StepFailed("Something will be lost, so this needs --yes.")
    return input("Go back all the same? [y/N] ").strip().lower() in ("y", "yes")
