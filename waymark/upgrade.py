"""`waymark upgrade FILE` and `waymark rollback`: from one version to another, with a way back at each step."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from waymark import embedded_data, locks, moves, serving, versions
from waymark.programs import Program, StepFailed, install, major_of_embedded
from waymark.versions import Previous
from waymark.wheels import NotAWheel, Wheel, read_wheel

KEY, BACKUPS = "backup.key", "backups"
ROOM = 1_000_000_000  # bytes for an installation and for what the site writes meanwhile
OF_PROCESSES = (
    "worker",
    "outbox",
    "beat",
    "queue ",
    "alarms",
    "tasks ",
)  # lines of the doctor about those that still run
WAIT_FOR_JOBS = 120  # seconds


def upgrade(home: Path, arguments: list[str]) -> int:
    """Upgrades the site to the version in a wheel, and returns the exit status."""
    parser = argparse.ArgumentParser("waymark upgrade", description="Installs a new version and switches to it.")
    parser.add_argument("file", type=Path, help="the wheel of the new version")
    options = parser.parse_args(arguments)
    if locks.lock_upgrades(home) is None:
        raise StepFailed("Another upgrade is in progress.")
    interrupt_when_terminated()
    try:
        say_what_was_recovered(home)
        Upgrade(home, read_wheel(options.file)).run()
    except (NotAWheel, OSError) as reason:
        raise StepFailed(str(reason)) from None
    except KeyboardInterrupt:
        return 130
    return 0


def say_what_was_recovered(home: Path) -> None:
    if sentence := moves.recover_locked(home):
        say(sentence)


def interrupt_when_terminated() -> None:
    """Lets SIGTERM and a closed terminal end the command as Ctrl-C does, so that what was begun is undone."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def ignore_signals() -> None:
    """Lets what has begun come to its end, whatever asks the command to stop."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: None)


class Upgrade:
    """One upgrade. What a step has done is undone in the opposite order if a later one fails."""

    def __init__(self, home: Path, wheel: Wheel) -> None:
        self.home, self.wheel = home, wheel
        self.old = Program(versions.current_folder(home), home)
        self.new = Program(versions.folder_of_versions(home) / wheel.version, home)
        self.undo: list[Callable[[], None]] = []
        self.lease = embedded_data.lease(home)
        self.facts: dict[str, Any] = {}
        self.before: dict[str, str] = {}  # what was wrong with the old version already
        self.previous: Previous | None = None

    def run(self) -> None:
        steps: list[tuple[str, Callable[[], None]]] = [
            ("Checking", self._check),
            ("Installing the new version beside the old one", self._install),
            ("Backing up", self._back_up),
            ("Moving the data to the new PostgreSQL", self._move_to_new_postgres),
            ("Running the migrations", self._migrate),
            ("Verifying the new version", self._verify),
            ("Switching", self._switch),
        ]
        for number, (title, step) in enumerate(steps, start=1):
            say(f"[{number}/{len(steps)}] {title}")
            try:
                step()
            except BaseException as error:
                self._go_back(error)
                raise
        say(f"Waymark {self.wheel.version} is the version of this site now. To go back: waymark rollback")

    def _go_back(self, error: BaseException) -> None:
        ignore_signals()  # the way back is not interrupted
        if isinstance(error, KeyboardInterrupt):
            say("      interrupted")
        for undo in reversed(self.undo):
            try:
                undo()
            except (StepFailed, OSError) as reason:
                say(f"      {reason}")
        say(f"The upgrade has stopped. Waymark {self.facts.get('version', '')} goes on as before.".replace("  ", " "))

    def _check(self) -> None:
        self.facts = facts = self.old.read("manage", "upgrade_facts")
        refuse_version(self.wheel, facts["version"])
        needed = 2 * facts["database_bytes"] + facts["media_bytes"] + ROOM
        free = shutil.disk_usage(self.home).free
        if free < needed:
            raise StepFailed(
                f"The disk of {self.home} has {free / 1e9:.1f} GB free, and the upgrade needs {needed / 1e9:.1f} GB. "
                "Delete old backups, or move them to another machine."
            )
        self._wait_for_jobs()
        self.before = _findings(self.old)
        say(f"      from {facts['version']} to {self.wheel.version}; {free / 1e9:.1f} GB are free")

    def _wait_for_jobs(self) -> None:
        deadline = time.monotonic() + WAIT_FOR_JOBS
        while running := self.facts["running"]:
            if time.monotonic() > deadline:
                raise StepFailed(f"Jobs are still running: {'; '.join(running)}. Try again when they are finished.")
            say(f"      waiting for: {'; '.join(running)}")
            time.sleep(5)
            self.facts = self.old.read("manage", "upgrade_facts")

    def _install(self) -> None:
        self.undo.append(lambda: shutil.rmtree(self.new.folder, ignore_errors=True))
        install(self.wheel, self.new.folder)

    def _back_up(self) -> None:
        if self._new_major():
            self._pause_site()  # so that nothing is written after the backup
        folder = versions.folder_of_versions(self.home)
        key = folder / KEY
        if not key.exists():
            self.old.must("backup", "--new-key", str(key))
        before = datetime.now(UTC).isoformat()
        kept = folder / BACKUPS
        self.old.must("backup", "--to", str(kept), "--key-file", str(key))
        former = versions.read_previous(self.home)
        backup = delete_old_backups(kept, needed=former.backup if former else "")
        self.previous = Previous(
            folder=str(self.old.folder), version=self.facts["version"], applied=self.facts["applied"],
            backup=str(backup), backed_up_at=before,
        )  # fmt: skip
        say(f"      {backup} ({backup.stat().st_size / 1e6:.1f} MB)")

    def _new_major(self) -> int | None:
        """Returns the major version of the new embedded PostgreSQL if the data has another one."""
        if self.lease is None:
            return None
        major = major_of_embedded(self.new.folder)
        return major if major not in (None, self.facts["postgres"]) else None

    def _pause_site(self) -> None:
        if serving.read_serving(self.home):
            say("      the site stops, since PostgreSQL changes its version")
            self.undo.append(self._resume_site)
            serving.ask(self.home, signal.SIGUSR2, serving.STOPPED)

    def _resume_site(self) -> None:
        if serving.read_serving(self.home).get("state") in (serving.STOPPED, serving.FAILED):
            serving.ask(self.home, signal.SIGUSR1, serving.SERVING)

    def _move_to_new_postgres(self) -> None:
        major = self._new_major()
        if major is None:
            say("      not needed")
            return
        assert self.previous is not None
        self._release()
        aside = embedded_data.place_for(self.home, str(self.facts["postgres"]))
        self.undo.append(lambda: moves.go_back(self.home))
        moves.begin(self.home, moves.Move(str(aside), str(self.old.folder)))
        embedded_data.set_aside(self.home, aside)
        self.previous = Previous(**{**self.previous.__dict__, "data": str(aside)})
        key = versions.folder_of_versions(self.home) / KEY
        self.new.must("restore", self.previous.backup, "--key-file", str(key), "--database-only")
        say(f"      from PostgreSQL {self.facts['postgres']} to {major}; the old data stays in {aside}")

    def _release(self) -> None:
        if self.lease is not None:
            self.lease.release()
            self.lease = None

    def _migrate(self) -> None:
        applied = versions.folder_of_versions(self.home) / "applied.txt"
        applied.write_text("\n".join(self.facts["applied"]) + "\n")
        self.undo.append(lambda: self._undo_migrations(applied))
        output = self.new.must("manage", "migrate", "--noinput")
        count = sum(line.startswith("  Applying ") for line in output.splitlines())
        say(f"      {count_of_migrations(count)}")

    def _undo_migrations(self, applied: Path) -> None:
        """Undoes the migrations. If one cannot be, the old version works with the new tables (docs/migrations.md)."""
        done = self.new.run("manage", "undo_migrations", str(applied))
        if done.returncode:
            say("      the new tables stay, since a migration cannot be undone; the old version works with them")

    def _verify(self) -> None:
        after = _findings(self.new)
        if worse := sorted(after.keys() - self.before.keys()):
            raise StepFailed("The new version is not well: " + "; ".join(after[name] for name in worse[:5]))
        say(f"      {self.new.must('manage', 'smoke_requests').strip().splitlines()[-1]}")

    def _switch(self) -> None:
        assert self.previous is not None
        self._release()
        former = versions.read_previous(self.home)
        self.undo.append(lambda: versions.write_previous(self.home, former))
        versions.write_previous(self.home, self.previous)
        switch(self.home, self.new.folder, back_to=self.old.folder)
        moves.end(self.home)
        forget(self.home, former, keep={self.new.folder, self.old.folder}, data=self.previous.data)


def delete_old_backups(folder: Path, *, needed: str) -> Path:
    """Deletes all backups but the last two and the one that `waymark rollback` needs, and returns the last one."""
    backups = sorted(folder.glob("*.backup"))
    for path in backups[:-2]:
        if str(path) != needed:
            path.unlink(missing_ok=True)
    return backups[-1]


def refuse_version(wheel: Wheel, current: str) -> None:
    new, old = versions.order_of(wheel.version), versions.order_of(current)
    if new == old:
        raise StepFailed(f"This site runs Waymark {current} already.")
    if new < old:
        raise StepFailed(f"{wheel.version} is older than {current}, which this site runs. To go back: waymark rollback")
    if old < versions.order_of(wheel.upgrades_from):
        raise StepFailed(
            f"Waymark {wheel.version} can be reached from {wheel.upgrades_from} or newer, and this site runs {current}. "
            f"Upgrade to {wheel.upgrades_from} first."
        )


def _findings(program: Program) -> dict[str, str]:
    """Returns what the doctor and the integrity checks say is wrong, by a name that both versions share."""
    done = program.run("doctor", "--json")
    try:
        answer = json.loads(done.stdout[done.stdout.index("{") :])
    except ValueError:
        raise StepFailed(f"The doctor of this version did not answer: {done.stderr.strip()[-300:]}") from None
    bad = [line for line in answer["lines"] if line["verdict"] == "bad" and not line["name"].startswith(OF_PROCESSES)]
    return {line["name"]: f"{line['label']}: {line['sentence']}" for line in bad} | {
        fault: fault for fault in answer["faults"]
    }


def switch(home: Path, folder: Path, *, back_to: Path) -> None:
    """Makes a version the current one and restarts the site with it; goes back if the site does not become ready."""
    versions.switch_to(home, folder)
    if not serving.read_serving(home):
        say("      the site is not running; `waymark serve` starts the new version")
        return
    if serving.ask(home, signal.SIGUSR1, serving.SERVING):
        say("      the site answers")
        return
    versions.switch_to(home, back_to)
    if serving.read_serving(home):
        serving.ask(home, signal.SIGUSR1, serving.SERVING)
    raise StepFailed("The site did not become ready with this version. What it said is in the log of `waymark serve`.")


def forget(home: Path, former: Previous | None, *, keep: set[Path], data: str) -> None:
    """Deletes what was kept for going back to the version before the last one."""
    kept = {folder.resolve() for folder in keep}
    for folder in versions.folder_of_versions(home).iterdir():
        if (folder / "pyvenv.cfg").exists() and not folder.is_symlink() and folder.resolve() not in kept:
            shutil.rmtree(folder, ignore_errors=True)
    if former is not None and former.data and former.data != data:
        embedded_data.delete(home, Path(former.data))


def count_of_migrations(number: int) -> str:
    return f"{number} migration" if number == 1 else f"{number} migrations"


def say(text: str) -> None:
    with suppress(OSError):  # nobody reads it any more, such as a closed terminal
        print(text, flush=True)
