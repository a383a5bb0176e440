"""Reads what an upgrade has to know of a wheel before anything of it is installed."""

from __future__ import annotations

import re
import sys
import zipfile
import zlib
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

from waymark.versions import order_of

OLDEST = "waymark/upgrades_from.txt"


@dataclass(frozen=True)
class Wheel:
    """A wheel of Waymark: its version, and the oldest version that can be upgraded to it in one step."""

    path: Path
    version: str
    upgrades_from: str


class NotAWheel(Exception):
    """The file is not a wheel of Waymark that can be installed here; the message says why."""


def read_wheel(path: Path) -> Wheel:
    """Returns what the wheel says of itself."""
    try:
        with zipfile.ZipFile(path) as archive:
            if (damaged := archive.testzip()) is not None:
                raise NotAWheel(f"{path} is damaged: {damaged}. Copy it again.")
            names = archive.namelist()
            about = next((name for name in names if name.endswith(".dist-info/METADATA")), "")
            metadata = dict(Parser().parsestr(archive.read(about).decode())) if about else {}
            oldest = archive.read(OLDEST).decode().strip() if OLDEST in names else ""
    except FileNotFoundError:
        raise NotAWheel(f"{path} does not exist.") from None
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, UnicodeDecodeError, RuntimeError) as error:
        raise NotAWheel(f"{path} is not a wheel: {error}") from None
    if metadata.get("Name", "").lower() != "waymark" or "waymark/project/manage.py" not in names:
        raise NotAWheel(f"{path} is not a wheel of Waymark.")
    if not oldest:
        raise NotAWheel(f"{path} is older than the first version that can be installed with `waymark upgrade`.")
    version = metadata.get("Version", "")
    for text in (version, oldest):
        _refuse_no_version(path, text)
    _refuse_other_python(metadata.get("Requires-Python", ""))
    return Wheel(path.resolve(), version, oldest)


def _refuse_no_version(path: Path, text: str) -> None:
    """Refuses what is no version, since the new environment gets the version as the name of its folder."""
    try:
        order_of(text)
    except ValueError:
        raise NotAWheel(f"{path} is not a wheel of Waymark: {text[:100]!r} is no version.") from None


def _refuse_other_python(required: str) -> None:
    match = re.search(r">=\s*(\d+)\.(\d+)", required)
    if match and sys.version_info[:2] < (int(match[1]), int(match[2])):
        raise NotAWheel(
            f"This version needs Python {match[1]}.{match[2]} or newer, and Waymark runs with "
            f"{sys.version_info[0]}.{sys.version_info[1]}. docs/upgrading.md says how to change Python."
        )
