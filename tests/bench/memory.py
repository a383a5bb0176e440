"""Memory of the processes of a site: one that serves pages, the worker with two children, and beat."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx

from config.celery import WORKER
from config.embedded.paths import PROJECT
from tests.bench.results import record
from tests.servers import serving

BEAT, WORKER_AND_CHILDREN, WEB = 60, 260, 140
STEADY, MOST_WAITING = 5, 90  # seconds
PAGES = ("/", "/builders/", "/builders/ada-moreno/", "/book/ada-moreno/", "/api/pathways")


def everything(database: str) -> None:
    """Prints the memory of each kind of process. What processes share is divided among them, as the kernel counts it."""
    if not Path("/proc/self/smaps_rollup").exists():
        print("memory: not measured, this system has no /proc/PID/smaps_rollup")
        return
    with serving(database) as site:
        for address in PAGES * 3:
            httpx.get(f"{site}{address}", timeout=60)
        _report("a process that serves pages", _children_of(os.getpid(), "config.serve"), WEB)
    celery = [sys.executable, "-m", "celery"]
    worker = [*celery, "-A", "config.celery", *WORKER, "--concurrency", "2"]
    _background("the worker with two children", worker, 2, WORKER_AND_CHILDREN)
    _background("beat", [sys.executable, "-m", "config.beat"], 0, BEAT)


def _background(title: str, command: list[str], children: int, target: int) -> None:
    """Starts the process, and measures it with its children once it has them all."""
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + MOST_WAITING
        sizes = [0.0]
        # It has loaded everything once it has all its children and no longer grows.
        while len(sizes) < STEADY + 1 or sizes[-1] > sizes[-STEADY - 1] * 1.01:
            if time.monotonic() > until:
                break
            time.sleep(1)
            members = [process.pid, *_children_of(process.pid)]
            sizes = [*sizes, sum(map(_megabytes, members))] if len(members) > children else [0.0]
        _report(title, [process.pid, *_children_of(process.pid)], target)
    finally:
        process.terminate()
        process.wait(60)


def _report(title: str, processes: list[int], target: int) -> None:
    print(f"memory of {title}: {record(f'memory of {title}', sum(map(_megabytes, processes)), target, 'MB')}")


def _megabytes(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _children_of(process: int, part: str = "") -> list[int]:
    """Returns the children of the process, those with this part in their command line if one is named."""
    children = [
        int(child)
        for task in Path(f"/proc/{process}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [child for child in children if part.encode() in Path(f"/proc/{child}/cmdline").read_bytes()]
