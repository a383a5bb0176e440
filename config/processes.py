"""Child processes that are stopped when this process ends, even if it is killed."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

READY = "PROCESS_READY"  # the variable with the descriptor on which a process says that it serves

# Reads until its parent is gone (end of file), then stops the process it guards: by a signal, and after 4 s by SIGKILL.
GUARD = 'read -r _; kill -"$2" "$1" 2>/dev/null; sleep 4; kill -KILL -- "-$1" 2>/dev/null'


@dataclass
class Child:
    """A process in a session of its own, with a guard that stops it when this process ends.

    The guard is a shell that reads from a pipe whose other end only this process has. The kernel closes that end however
    this process ends, also by SIGKILL, on Linux and macOS alike.
    """

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] | None = None
    directory: Path | None = None
    output: IO[bytes] | int | None = None
    user: pwd.struct_passwd | None = None
    keep_open: Sequence[int] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _guard: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            [str(part) for part in self.command],
            env=dict(self.environment) if self.environment is not None else None,
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT if self.output is not None else None,
            pass_fds=tuple(self.keep_open),
            start_new_session=True,
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
        )
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, "guard", str(self.process.pid), self.stop_signal.name.removeprefix("SIG")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self.process

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Sends the stop signal and returns at once."""
        if self.running():
            self._signal(self.stop_signal)

    def finish(self, deadline: float) -> None:
        """Waits until `deadline` (monotonic), then kills the whole process group and ends the guard."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.dismiss_guard()

    def dismiss_guard(self) -> None:
        """Ends the guard before it can send a signal: the process id may belong to another process by now."""
        if self._guard is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._guard.pid, signal.SIGKILL)
            self._guard.wait()
            if self._guard.stdin:
                self._guard.stdin.close()
            self._guard = None

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError, PermissionError):
            os.kill(self.process.pid, number)
