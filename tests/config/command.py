"""Runs the command `waymark` of the checkout, with a home of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from config.embedded.paths import PROJECT


def waymark(*arguments: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "waymark", *arguments],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "WAYMARK_HOME": str(home)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
