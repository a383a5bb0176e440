"""Upgrades between versions: what is refused before anything is changed, and which version a command runs."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.embedded.paths import PROJECT
from core import clock
from operations.upgrades.facts import upgrade_facts
from operations.upgrades.undoing import plan_undoing
from tests.config.command import waymark
from tests.wheel_trial import second_wheel
from waymark.programs import StepFailed, is_made_by_uv
from waymark.upgrade import delete_old_backups, forget, refuse_version
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

    assert waymark("doctor", "--json", home=tmp_path).stdout == "1.1 was given: -P -m waymark doctor --json\n"
    own = waymark("doctor", home=tmp_path, WAYMARK_THIS_VERSION="1")
    assert "Write it with: waymark init" in own.stderr, "an upgrade can ask each version for itself"


@pytest.mark.slow
def test_without_a_former_version_there_is_no_way_back(tmp_path: Path) -> None:
    waymark("init", "https://sessions.example", home=tmp_path)

    done = waymark("rollback", home=tmp_path)

    assert (done.returncode, "no version to go back to" in done.stderr) == (1, True)


@pytest.mark.django_db
def test_migrations_that_an_upgrade_has_left_when_it_was_killed_are_not_of_this_version() -> None:
    MigrationRecorder(connection).record_applied("operations", "0999_newer")

    applied = upgrade_facts(clock.now())["applied"]

    assert "operations.0002_staff_notes" in applied
    assert "operations.0999_newer" not in applied, "a rollback of the next upgrade undoes it"


def test_a_version_in_a_home_behind_a_link_is_kept(tmp_path: Path) -> None:
    """`/home` is often a link. What is deleted after an upgrade is only what neither version needs."""
    home = tmp_path / "link"
    (tmp_path / "place").mkdir()
    home.symlink_to(tmp_path / "place")
    for version in ("0.9", "1.0", "1.1"):
        (home / "versions" / version).mkdir(parents=True)
        (home / "versions" / version / "pyvenv.cfg").touch()
    switch_to(home, home / "versions" / "1.1")

    forget(home, None, keep={home / "versions" / "1.1", (home / "versions" / "1.0").resolve()}, data="")

    assert sorted(path.name for path in (home / "versions").iterdir()) == ["1.0", "1.1", "current"]


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


@pytest.mark.parametrize("version", ["../../etc", "1.1+../../etc", "", "next"])
def test_a_wheel_whose_version_is_none_is_refused(tmp_path: Path, version: str) -> None:
    """The version names the folder that the new environment is installed into."""
    wheel = wheel_of(tmp_path, "1.1")
    path = tmp_path / "changed.whl"
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"Version: 1.1\n", f"Version: {version}\n".encode()))

    with pytest.raises(NotAWheel, match="is no version"):
        read_wheel(path)


def test_the_backup_that_a_rollback_needs_is_kept(tmp_path: Path) -> None:
    """Upgrades that fail make backups too."""
    backups = [tmp_path / f"waymark-2026-11-2{day}T030000Z.backup" for day in range(5)]
    for path in backups:
        path.touch()

    assert delete_old_backups(tmp_path, needed=str(backups[1])) == backups[-1]
    assert sorted(tmp_path.iterdir()) == [backups[1], *backups[3:]]


def site_of_two_versions(home: Path, answers: dict[str, str]) -> Path:
    """Makes a home whose current version, 1.1, answers commands of the site with these texts. Returns the former version."""
    lines = "".join(f"*{command}*) echo '{answer}' ;;\n" for command, answer in answers.items())
    for version in ("1.0", "1.1"):
        folder = home / "versions" / version / "bin"
        folder.mkdir(parents=True)
        (folder / "python").write_text(f'#!/bin/sh\ncase "$*" in\n{lines}esac\n')
        (folder / "python").chmod(0o755)
    switch_to(home, home / "versions" / "1.1")
    lines = "SECRET_KEY=secret\nDATABASE_URL=postgres://db.example/waymark\nREDIS_URL=redis://redis.example\n"
    (home / "waymark.env").write_text(lines)
    return home / "versions" / "1.0"


@pytest.mark.slow
def test_a_rollback_to_a_backup_says_that_changes_are_lost_which_no_count_finds(tmp_path: Path) -> None:
    plan = {"undo": ["core.0002_gone"], "cannot": ["core.0002_gone"], "lost_by_undoing": [], "lost_by_restoring": []}
    former = site_of_two_versions(tmp_path, {"undo_migrations": json.dumps(plan)})
    backup = tmp_path / "before.backup"
    write_previous(tmp_path, Previous(str(former), "1.0", [], str(backup), "2026-11-27T03:00:00+00:00"))

    gone = waymark("rollback", home=tmp_path, WAYMARK_THIS_VERSION="1")
    assert f"{backup} is gone" in gone.stderr

    backup.touch()
    done = waymark("rollback", home=tmp_path, WAYMARK_THIS_VERSION="1")
    assert "lost: every change since then" in done.stdout
    assert (done.returncode, "needs --yes" in done.stderr) == (1, True)


@pytest.mark.slow
def test_an_upgrade_that_is_terminated_undoes_what_it_has_begun(tmp_path: Path) -> None:
    facts = {
        "version": "1.1",
        "database_bytes": 0,
        "media_bytes": 0,
        "applied": [],
        "postgres": 17,
        "running": ["a job"],
    }
    site_of_two_versions(tmp_path, {"upgrade_facts": json.dumps(facts)})
    upgrade = subprocess.Popen(
        [sys.executable, "-m", "waymark", "upgrade", str(wheel_of(tmp_path, "1.2"))],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "WAYMARK_HOME": str(tmp_path), "WAYMARK_THIS_VERSION": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert upgrade.stdout is not None
    said = ""
    for line in upgrade.stdout:
        said += line
        if "waiting for: a job" in line:
            break

    upgrade.terminate()

    said += upgrade.communicate(timeout=60)[0]
    assert "The upgrade has stopped. Waymark 1.1 goes on as before." in said
    assert upgrade.returncode == 130


@pytest.mark.slow
def test_the_former_data_is_put_back_and_nothing_is_deleted_if_it_is_gone(tmp_path: Path) -> None:
    code = """
from pathlib import Path
from config.embedded import Instance
from waymark import embedded_data
home, data = Path(%r), Instance("site").data
(data / "postgres").mkdir(parents=True)
(data / "postgres" / "new").touch()
try:
    embedded_data.put_back(home, data / "postgres.16")
except OSError:
    print([path.name for path in (data / "postgres").iterdir()])
(data / "postgres.16").mkdir()
embedded_data.put_back(home, data / "postgres.16")
print(list((data / "postgres").iterdir()), [path.name for path in data.iterdir()])
import shutil; shutil.rmtree(data)
"""
    done = subprocess.run(
        [sys.executable, "-c", code % str(tmp_path)],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "WAYMARK_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == ["['new']", "[] ['postgres']"]


@pytest.mark.parametrize(
    ("lines", "is_uv"), [("home = /usr/bin\nuv = 0.13.9\n", True), ("home = /opt/uv/bin\n", False)]
)
def test_an_installation_of_uv_is_upgraded_with_uv(tmp_path: Path, lines: str, is_uv: bool) -> None:
    """With pip the same takes minutes where uv has the packages already."""
    (tmp_path / "pyvenv.cfg").write_text(lines)

    assert is_made_by_uv(tmp_path) is is_uv
    assert not is_made_by_uv(tmp_path / "gone")
