"""Tests that child processes are stopped when their parent ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from config.embedded.paths import PROJECT
from config.processes import Child

PARENT = """
import signal, sys, time
from config.processes import Child
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"])
print(child.start().pid, flush=True); time.sleep(60)
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    listing = subprocess.run(["ps", "-wwo", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(listing.stdout.strip()) and not listing.stdout.startswith("Z")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_child_is_stopped_when_its_parent_ends(number: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert is_alive(child)

    parent.send_signal(number)
    parent.wait()
    parent.stdout.close()

    deadline = time.monotonic() + 30
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(child)


def test_a_child_that_ignores_the_stop_signal_is_killed() -> None:
    child = Child("stubborn", [sys.executable, "-c", STUBBORN], output=subprocess.PIPE)
    process = child.start()
    assert process.stdout
    process.stdout.readline()

    child.ask_to_stop()
    child.finish(time.monotonic() + 0.3)
    process.stdout.close()

    assert process.returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
