"""Tests that the code of the last release works on the tables of this version, as it does while an upgrade is under way."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from config.embedded.paths import PROJECT
from tests import databases, environment
from waymark.versions import order_of

pytestmark = pytest.mark.deep

RELEASES = sorted((PROJECT / "docs" / "releases").glob("*.json"), key=lambda path: order_of(path.stem))
TRIAL = Path(__file__).with_name("release_trial.py")


def commit_of_the_last_release() -> str:
    """Returns the tag of the last release, or the commit that WAYMARK_RELEASE names; an empty text if there is neither."""
    version = RELEASES[-1].stem
    chosen = os.environ.get("WAYMARK_RELEASE", "")
    for name in filter(None, [chosen, f"refs/tags/{version}", f"refs/tags/v{version}"]):
        done = subprocess.run(["git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"], cwd=PROJECT, capture_output=True, text=True, check=False)  # fmt: skip
        if done.returncode == 0:
            return done.stdout.strip()
    return ""


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Returns a folder with the code of the last release, which uses the packages of this one."""
    commit = commit_of_the_last_release()
    if not commit:
        pytest.skip(f"{RELEASES[-1].stem} has no tag in this clone; WAYMARK_RELEASE can name its commit")
    archive = subprocess.run(["git", "archive", commit], cwd=PROJECT, capture_output=True, check=True).stdout
    folder = tmp_path / "release"
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    (folder / "node_modules").symlink_to(PROJECT / "node_modules")
    return folder


@pytest.fixture
def database(committed: None) -> str:
    """Returns the name of a database with the demo data and all migrations of this version."""
    name = f"waymark_release_{environment.WORKER}"
    databases.clone_demo(name)
    return name


@pytest.mark.timeout(900)
def test_the_last_release_works_on_these_tables(release: Path, database: str) -> None:
    try:
        assert "pages answer" in manage(release, database, "smoke_requests")
        assert "booked WM-" in manage(release, database, "shell", "-c", TRIAL.read_text())
        findings = [line for line in run(release, database, "audit_integrity").stdout.splitlines() if ": " in line]
        assert [line for line in findings if not line.startswith("outbox: ")] == [], "no worker runs here"
    finally:
        databases.drop(database)


def manage(release: Path, database: str, *arguments: str) -> str:
    done = run(release, database, *arguments)
    assert done.returncode == 0, f"{arguments[0]}: {done.stderr[-3000:]}"
    return done.stdout


def run(release: Path, database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=release,
        env=os.environ
        | {"DATABASE_URL": environment.database_url(database), "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
