"""`waymark serve`: keeps the current version running, and starts another one in its place when an upgrade asks for it.

This process has no code of the site in it. The site runs in a child process, which is stopped and started again by signals:
SIGUSR2 stops it until SIGUSR1 comes, SIGUSR1 starts the current version, and SIGHUP lets the child restart its processes one
after another. How far it is stands in `versions/serving.json`.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from waymark.locks import is_taken, is_upgrading, take
from waymark.versions import command_in, current_folder, folder_of_versions

READY, SERVED_BY = "WAYMARK_READY", "WAYMARK_SERVED_BY"
STARTING, SERVING, STOPPED, FAILED, RESTARTING = "starting", "serving", "stopped", "failed", "restarting"
RESTARTED = b"r"  # what the child writes after a restart of all processes; something else if one did not become ready
RESTART_SECONDS = 600
START_SECONDS = 180
WAIT_AFTER_FAILURE = 60
STOP_SECONDS = 60


class AlreadyServed(Exception):
    """Another process serves this home."""


class Serving:
    """The process of `waymark serve`, with the site as its child."""

    def __init__(self, home: Path, arguments: list[str], recover: Callable[[], None]) -> None:
        self.home, self.arguments = home, arguments
        self.recover = recover  # ends what an upgrade that was killed has left
        self.child: subprocess.Popen[bytes] | None = None
        self.wanted = SERVING
        self.is_ending = False
        self.is_asked = False  # whether a signal asks for another state
        self.is_restart_asked = False
        self.has_terminal = _has_terminal()
        self.folder = ""  # of the version that runs
        self._reports = -1  # the end of a pipe from which the child's reports are read
        folder_of_versions(home).mkdir(mode=0o700, exist_ok=True)
        self._lock = _lock_of(home)

    def run(self) -> int:
        """Serves until a signal ends it or the site ends by itself; returns the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_end)
        signal.signal(signal.SIGHUP, self._on_hangup)
        signal.signal(signal.SIGUSR1, self._on_start)
        signal.signal(signal.SIGUSR2, self._on_stop)
        self._start()
        while not self.is_ending:
            if self.is_asked:
                self.is_asked = False
                self._stop()
                self._start() if self.wanted == SERVING else self._write(STOPPED)
            elif self.is_restart_asked:
                self.is_restart_asked = False
                self._restart()
            elif self.wanted == SERVING and self.child is not None and self.child.poll() is not None:
                if not self._waits_after_failure():
                    return self._end()
            elif self.wanted == STOPPED and not is_upgrading(self.home):  # who has stopped the site was killed
                self.recover()
                self._on_start(signal.SIGUSR1, None)
            else:
                time.sleep(0.1)
        return self._end()

    def _start(self) -> None:
        """Starts the current version, and notes whether it becomes ready."""
        folder = current_folder(self.home)
        command = command_in(folder)
        readable, writable = os.pipe()
        environment = os.environ | {READY: str(writable), SERVED_BY: str(os.getpid())}
        self._write(STARTING, folder)
        self.child = subprocess.Popen(
            [*command, "serve", *self.arguments], env=environment, pass_fds=(writable,), start_new_session=True
        )
        os.close(writable)
        if self._reports >= 0:
            os.close(self._reports)
        self._reports = readable
        if self._becomes_ready(readable):
            self._write(SERVING, folder)
        elif not self.is_asked and not self.is_ending:
            self._write(FAILED, folder)

    def _becomes_ready(self, readable: int) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not self.is_ending and not self.is_asked:
            with suppress(InterruptedError):
                if select.select([readable], [], [], 0.2)[0]:
                    return bool(os.read(readable, 1))  # nothing is read if the child has ended
        return False

    def _restart(self) -> None:
        """Lets the child restart its processes, and notes whether it could. A version that cannot is stopped and started."""
        if self.child is None or self.child.poll() is not None:
            return
        self._write(RESTARTING)
        if select.select([self._reports], [], [], 0)[0] and not os.read(self._reports, 1):
            self._stop()
            self._start()
            return
        self.child.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + RESTART_SECONDS
        report = b""
        while time.monotonic() < deadline and not self.is_ending and not self.is_asked:
            with suppress(InterruptedError):
                if select.select([self._reports], [], [], 0.2)[0]:
                    report = os.read(self._reports, 1)
                    break
        self._write(SERVING, was_restarted=report == RESTARTED)

    def _waits_after_failure(self) -> bool:
        """Waits for what an upgrade makes of a version that does not start, and returns whether it asks for something."""
        if read_serving(self.home).get("state") != FAILED:
            return False
        deadline = time.monotonic() + WAIT_AFTER_FAILURE
        while time.monotonic() < deadline and not self.is_asked and not self.is_ending:
            if not is_upgrading(self.home):
                return False
            time.sleep(0.1)
        return self.is_asked

    def _stop(self) -> None:
        if self.child is None:
            return
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.child.wait(STOP_SECONDS)
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()

    def _end(self) -> int:
        self._stop()
        _state_of(self.home).unlink(missing_ok=True)
        os.close(self._lock)
        return 0 if self.is_ending or self.child is None else self.child.returncode

    def _write(self, state: str, folder: Path | None = None, *, was_restarted: bool = True) -> None:
        self.folder = str(folder) if folder else self.folder
        path = _state_of(self.home)
        new = path.with_suffix(".new")
        values = {"pid": os.getpid(), "state": state, "folder": self.folder, "at": time.time()}
        new.write_text(json.dumps(values | {"was_restarted": was_restarted}))
        new.replace(path)

    def _on_end(self, number: int, frame: FrameType | None) -> None:
        self.is_ending = True

    def _on_hangup(self, number: int, frame: FrameType | None) -> None:
        """Ends with its terminal; without one, or from somebody who still has it, the signal asks for a restart."""
        if self.has_terminal and not _has_terminal():
            self.is_ending = True
        else:
            self.is_restart_asked = True

    def _on_start(self, number: int, frame: FrameType | None) -> None:
        self.wanted, self.is_asked = SERVING, True

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        self.wanted, self.is_asked = STOPPED, True


def read_serving(home: Path) -> dict[str, Any]:
    """Returns what serves this home and how far it is; nothing if no process does."""
    try:
        values: dict[str, Any] = json.loads(_state_of(home).read_text())
        os.kill(int(values["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return {}
    return values if is_taken(_lock_file(home)) else {}


def ask(
    home: Path, number: signal.Signals, expected: str, *, patience: float = START_SECONDS + STOP_SECONDS + 10
) -> bool:
    """Sends a signal to the process that serves this home, and waits until it is in the expected state or has failed."""
    values = read_serving(home)
    if not values:
        return False
    before = values["at"]
    os.kill(int(values["pid"]), number)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        values = read_serving(home)
        if not values:
            return False
        if values["at"] > before and values["state"] in (expected, FAILED):
            return bool(values["state"] == expected)
        time.sleep(0.1)
    return False


def _has_terminal() -> bool:
    """Whether this process has a terminal that would end it when its window is closed."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _lock_of(home: Path) -> int:
    descriptor = take(_lock_file(home))
    if descriptor is None:
        pid = read_serving(home).get("pid", "unknown")
        raise AlreadyServed(f"This site is being served already, by the process {pid}. Stop that one first.")
    return descriptor


def _lock_file(home: Path) -> Path:
    return folder_of_versions(home) / "serving.lock"


def _state_of(home: Path) -> Path:
    return folder_of_versions(home) / "serving.json"
