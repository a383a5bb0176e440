"""Finds a Chromium or Chrome on this machine, or tries to install one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

# The shell first: it draws the same pages with half the CPU, because it has no windows and no menus.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# RenderDocument: with it Chromium now and then reports a page as closed that it did not close, when the page is just
# loading another, and Playwright waits for ever. Chromium obeys only the last such switch, so the other names repeat
# those of Playwright's own that matter to a test.
DISABLED = (
    "RenderDocument",
    "PaintHolding",
    "HttpsUpgrades",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "OptimizationHints",
)
FLAGS = [
    f"--disable-features={','.join(DISABLED)}",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class NoBrowser(Exception):
    """There is no browser and none could be installed; the message says what was tried."""


@cache
def find() -> str:
    """Returns the path of a browser. Raises NoBrowser if there is none and none can be installed."""
    if path := _installed():
        return path
    tried = [_install(command) for command in _install_commands()]
    if path := _installed() or _playwright_chromium():
        return path
    raise NoBrowser(
        f"no Chromium or Chrome on PATH; tried {'; '.join(tried) or 'nothing, there is no way to install one'}"
    )


def _installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None) or next(
        (place for place in PLACES if Path(place).exists()), None
    )


def _install_commands() -> list[list[str]]:
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        names = ("chromium-headless-shell", "chromium")
        commands[:0] = [["apt-get", "install", "-y", "-q", name] for name in names]
    return commands


def _install(command: list[str]) -> str:
    if _installed():
        return ""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{' '.join(command[-3:])}: {error}"
    return f"{' '.join(command[-3:])}: exit {done.returncode}"


def _playwright_chromium() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None
