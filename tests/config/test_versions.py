"""Upgrades between versions: what is refused before anything is changed, and which version a command runs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.db import connection

from config.embedded.paths import PROJECT
from operations.upgrades.undoing import plan_undoing
from tests.config.command import waymark
from tests.wheel_trial import second_wheel
from waymark.programs import StepFailed
from waymark.upgrade import refuse_version
from waymark.versions import Previous, current_folder, order_of, own_folder, read_previous, switch_to, write_previous
from waymark.wheels import NotAWheel, Wheel, read_wheel


def wheel_of(folder: Path, version: str, **files: str) -> Path:
    """Writes what `read_wheel` looks at in a wheel."""
    path = folder / f"waymark-{version}-py3-none-any.whl"
    about = f"Metadata-Version: 2.4\nName: waymark\nVersion: {version}\nRequires-Python: >=3.11\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"waymark-{version}.dist-info/METADATA", about)
        archive.writestr(f"waymark-{version}.dist-info/RECORD", "")
        archive.writestr("waymark/project/manage.py", "")
        archive.writestr("waymark/project/operations/migrations/0002_staff_notes.py", "")
        archive.writestr("waymark/upgrades_from.txt", "1.0\n")
    return path


def test_versions_are_compared_as_numbers() -> None:
    versions = ["1.0.dev1", "1.0a1", "1.0rc1", "1.0", "1.0.1", "1.2", "1.10", "2"]

    mixed = [versions[index] for index in (4, 1, 7, 0, 6, 3, 2, 5)]
    assert sorted(mixed, key=order_of) == versions
    assert order_of("1.0") == order_of("1.0.0")


def test_a_wheel_says_which_version_it_is_and_from_which_it_can_be_reached(tmp_path: Path) -> None:
    wheel = read_wheel(second_wheel(wheel_of(tmp_path, "1.0"), tmp_path))

    assert (wheel.version, wheel.upgrades_from) == ("1.0.1", "1.0")


def test_what_is_no_wheel_of_waymark_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.whl"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("other-1.0.dist-info/METADATA", "Name: other\nVersion: 1.0\n")
    (tmp_path / "text.whl").write_text("no archive")

    for name, reason in (("other.whl", "not a wheel of Waymark"), ("text.whl", "not a wheel"), ("x.whl", "not exist")):
        with pytest.raises(NotAWheel, match=reason):
            read_wheel(tmp_path / name)


@pytest.mark.parametrize(
    ("version", "upgrades_from", "current", "reason"),
    [
        ("1.0", "1.0", "1.0.0", "runs Waymark 1.0.0 already"),
        ("1.0", "1.0", "1.1", "To go back: waymark rollback"),
        ("3.0", "2.0", "1.4", "Upgrade to 2.0 first"),
    ],
)
def test_a_version_that_cannot_be_reached_is_refused(
    version: str, upgrades_from: str, current: str, reason: str
) -> None:
    with pytest.raises(StepFailed, match=reason):
        refuse_version(Wheel(Path("x"), version, upgrades_from), current)


def test_the_version_that_was_switched_to_is_the_current_one(tmp_path: Path) -> None:
    assert current_folder(tmp_path) == own_folder()

    (tmp_path / "versions" / "1.1").mkdir(parents=True)
    switch_to(tmp_path, tmp_path / "versions" / "1.1")

    assert current_folder(tmp_path) == tmp_path / "versions" / "1.1"
    previous = Previous(folder="/opt/waymark", version="1.0", applied=["core.0001_initial"])
    write_previous(tmp_path, previous)
    assert read_previous(tmp_path) == previous
    write_previous(tmp_path, None)
    assert read_previous(tmp_path) is None


@pytest.mark.slow
def test_a_command_is_handed_over_to_the_current_version(tmp_path: Path) -> None:
    folder = tmp_path / "versions" / "1.1"
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "python"
    program.write_text('#!/bin/sh\necho "1.1 was given: $*"\n')
    program.chmod(0o755)
    switch_to(tmp_path, folder)

    assert waymark("doctor", "--json", home=tmp_path).stdout == "1.1 was given: -m waymark doctor --json\n"
    own = waymark("doctor", home=tmp_path, WAYMARK_THIS_VERSION="1")
    assert "Write it with: waymark init" in own.stderr, "an upgrade can ask each version for itself"


@pytest.mark.slow
def test_without_a_former_version_there_is_no_way_back(tmp_path: Path) -> None:
    waymark("init", "https://sessions.example", home=tmp_path)

    done = waymark("rollback", home=tmp_path)

    assert (done.returncode, "no version to go back to" in done.stderr) == (1, True)


@pytest.mark.django_db
def test_migrations_of_a_newer_version_are_found_with_what_undoing_them_loses() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM django_migrations")
        applied = {name for (name,) in cursor.fetchall()}

    plan = plan_undoing(applied - {"operations.0002_staff_notes"}, None)

    assert (plan.undo, plan.cannot, plan.lost_by_undoing) == (["operations.0002_staff_notes"], [], [])
    assert plan_undoing(applied, None).undo == []


def test_the_package_runs_without_the_project() -> None:
    """The command has to work while it decides which version's project is used."""
    code = "import sys, waymark.command; sys.exit(any(name.startswith(('django', 'config')) for name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0
