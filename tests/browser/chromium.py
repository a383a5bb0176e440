"""Finds a Chromium or Chrome on this machine, or tries to get one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class NoBrowser(Exception):
    """None is here and none can be had; the message says what was tried."""


@cache
def find() -> str:
    if found := _here():
        return found
    tried = [_install(command) for command in _ways()]
    if found := _here() or _playwrights_own():
        return found
    raise NoBrowser(
        f"no Chromium or Chrome on PATH; tried {'; '.join(tried) or 'nothing, there is no way to install one'}"
    )


def _here() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None) or next(
        (place for place in PLACES if Path(place).exists()), None
    )


def _ways() -> list[list[str]]:
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways.insert(0, ["apt-get", "install", "-y", "-q", "chromium"])
    return ways


def _install(command: list[str]) -> str:
    if _here():
        return ""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{' '.join(command[-3:])}: {error}"
    return f"{' '.join(command[-3:])}: exit {done.returncode}"


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None
