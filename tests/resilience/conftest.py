"""Fixtures: a home for the processes of a site, and the demo's data in the database of this worker."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from config.embedded.paths import PROJECT
from tests import databases
from tests.environment import WORKER


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Returns a home of its own, with the styles and scripts that the tests have built already."""
    for name in ("assets", "fonts"):
        if (PROJECT / "var" / name).is_dir():
            shutil.copytree(PROJECT / "var" / name, tmp_path / name)
    for stamp in (PROJECT / "var").glob("*.stamp"):
        shutil.copy2(stamp, tmp_path)
    return tmp_path


@pytest.fixture
def demo_database(committed: None) -> str:
    """Fills the database of this worker with the demo's data, and returns its name."""
    database: Any = connection
    database.close()
    database.close_pool()
    name = f"waymark_{WORKER}"
    databases.clone_demo(name)
    return name
