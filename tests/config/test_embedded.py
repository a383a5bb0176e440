"""Tests the embedded servers: shared by all processes with a lease, stopped after the last, restarted when killed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from config.embedded import Instance, Lease, ServersFailed, delete_data, engines, lease
from config.embedded.locks import FileLock, is_held
from config.embedded.paths import PROJECT
from config.embedded.servers import answers, make_folders, programs_for, valkey_program
from tests.environment import WORKER

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("embedded")]
TAKE_LEASE = """
import sys, time
from config.embedded import Instance, lease
lease(Instance(sys.argv[1])); print("ready", flush=True); time.sleep(60)
"""


@contextmanager
def new_instance(name: str) -> Iterator[Instance]:
    """Yields servers that have no data yet, and deletes their data once they have stopped."""
    instance = Instance(f"test-{name}-{WORKER}-{os.getpid()}")
    yield instance
    assert_soon(lambda: not is_held(instance.supervising))
    for folder in (instance.data, instance.sockets, instance.control):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def instance() -> Iterator[Instance]:
    with new_instance("own") as instance:
        yield instance


@pytest.fixture(scope="module")
def current() -> Iterator[Lease]:
    """Takes a lease of servers that several tests use, each of which leaves them running: laying out their data takes
    longer than the tests."""
    with new_instance("shared") as instance:
        current = lease(instance)
        yield current
        current.release()


def assert_soon(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def processes(instance: Instance) -> list[int]:
    """Returns the process ids of the instance: supervisor, PostgreSQL, Valkey."""
    listing = subprocess.run(["ps", "-axwwo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    marks = (str(instance.data), str(instance.valkey_socket), f"config.embedded {instance.name}")
    return [int(line.split()[0]) for line in listing.splitlines() if any(mark in line for mark in marks)]


def pid_of(instance: Instance, server: str) -> int:
    file = instance.data / ("postgres/postmaster.pid" if server == "postgres" else "valkey/valkey.pid")
    return int(file.read_text().splitlines()[0])


def test_the_servers_stop_after_the_last_lease_and_keep_their_data(instance: Instance) -> None:
    first, second = lease(instance), lease(instance)
    with psycopg.connect(instance.database_url.replace("postgres://", "postgresql://")) as connection:
        connection.execute("CREATE TABLE kept (a int)")

    first.release()
    before = pid_of(instance, "valkey")
    os.kill(before, signal.SIGKILL)
    assert_soon(
        lambda: answers(instance) and pid_of(instance, "valkey") != before
    )  # the second lease keeps them running

    second.release()
    assert_soon(lambda: processes(instance) == [])

    third = lease(instance)
    with psycopg.connect(instance.database_url.replace("postgres://", "postgresql://")) as connection:
        connection.execute("SELECT a FROM kept")
    third.release()


def test_servers_start_while_the_supervisor_before_is_about_to_end(instance: Instance) -> None:
    """As when the demo is started again while the one before is stopping."""
    make_folders(instance)
    former = FileLock(instance.supervising)
    former.acquire()
    with socket.socket(socket.AF_UNIX) as server, ThreadPoolExecutor() as pool:
        server.bind(str(instance.sockets / ".s.PGSQL.5432"))
        server.listen()
        server.settimeout(30)
        leasing = pool.submit(lease, instance)
        server.accept()[0].close()  # it has seen that there is a supervisor, and asks the servers whether they answer
        (instance.sockets / ".s.PGSQL.5432").unlink()
        former.release()

        current = leasing.result()

    assert answers(instance)
    current.release()


def test_killing_a_process_ends_its_lease(instance: Instance) -> None:
    user = subprocess.Popen([sys.executable, "-c", TAKE_LEASE, instance.name], cwd=PROJECT, stdout=subprocess.PIPE)
    assert user.stdout
    user.stdout.readline()
    assert answers(instance)

    user.kill()
    user.wait()
    user.stdout.close()

    assert_soon(lambda: processes(instance) == [])


def test_five_processes_that_start_at_once_share_one_supervisor(instance: Instance) -> None:
    users = [
        subprocess.Popen([sys.executable, "-c", TAKE_LEASE, instance.name], cwd=PROJECT, stdout=subprocess.PIPE)
        for _ in range(5)
    ]
    try:
        for user in users:
            assert user.stdout
            assert user.stdout.readline() == b"ready\n"
        supervisors = [pid for pid in processes(instance) if "config.embedded" in command_of(pid)]
        assert len(supervisors) == 1
    finally:
        for user in users:
            user.kill()
            user.wait()
            assert user.stdout
            user.stdout.close()


def command_of(pid: int) -> str:
    listing = subprocess.run(["ps", "-wwo", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listing.stdout


@pytest.mark.parametrize("server", ["postgres", "valkey"])
def test_a_server_that_is_killed_is_restarted(current: Lease, server: str) -> None:
    before = pid_of(current.instance, server)

    os.kill(before, signal.SIGKILL)

    assert_soon(lambda: answers(current.instance) and pid_of(current.instance, server) != before)


def test_a_supervisor_that_is_killed_is_replaced_with_its_servers(current: Lease) -> None:
    supervisor = int(current.instance.supervising.read_text())
    os.kill(supervisor, signal.SIGKILL)
    assert_soon(lambda: not is_held(current.instance.supervising))

    assert current.renew() is True
    assert answers(current.instance)
    assert current.renew() is False


def test_renewing_a_lease_starts_the_servers_after_all_were_killed(current: Lease) -> None:
    for pid in processes(current.instance):
        os.kill(pid, signal.SIGKILL)
    assert_soon(lambda: not is_held(current.instance.supervising))

    assert current.renew() is True
    assert answers(current.instance)


def test_data_is_not_deleted_while_a_process_has_a_lease(current: Lease) -> None:
    with pytest.raises(ServersFailed, match="Stop it first"):
        delete_data(current.instance)


def test_data_with_a_garbled_process_id_is_kept_and_that_of_another_version_refused(instance: Instance) -> None:
    """In the end the data, which nobody uses, can be deleted."""
    lease(instance).release()
    assert_soon(lambda: processes(instance) == [])
    (instance.data / "postgres" / "postmaster.pid").write_text("x")
    reported: list[str] = []

    current = lease(instance, reported.append)

    assert reported == ["starting PostgreSQL and Valkey"]
    current.release()

    assert_soon(lambda: processes(instance) == [])
    (instance.data / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServersFailed, match=r"written by PostgreSQL 9.*make demo RESET=1"):
        lease(instance)

    delete_data(instance)
    assert not instance.data.exists()


def test_data_can_be_deleted_just_after_the_last_lease_has_ended(instance: Instance) -> None:
    lease(instance).release()

    delete_data(instance)

    assert not instance.data.exists()


def damage(*, missing: str = "", garbled: str = "") -> Callable[[Instance], None]:
    """Returns a function that deletes or overwrites a file in the data of an instance."""

    def do(instance: Instance) -> None:
        path = instance.data / (missing or garbled)
        if garbled:
            path.write_bytes(b"garbage " * 1000)
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    return do


def replace_by_a_file(instance: Instance) -> None:
    shutil.rmtree(instance.data / "postgres")
    (instance.data / "postgres").write_text("no folder")


DAMAGE = {
    "Valkey's data": damage(garbled="valkey/dump.rdb"),
    "PG_VERSION is missing": damage(missing="postgres/PG_VERSION"),
    "pg_control is garbage": damage(garbled="postgres/global/pg_control"),
    "the tables are missing": damage(missing="postgres/base"),
    "the log of transactions is missing": damage(missing="postgres/pg_wal"),
    "a file in place of the folder": replace_by_a_file,
}


def test_damaged_data_is_set_aside_with_one_line(instance: Instance) -> None:
    """One damage after another to the same servers, because laying out new data takes longest."""
    current = lease(instance)
    for kind, do in DAMAGE.items():
        current.release()
        assert_soon(lambda: processes(instance) == [])
        do(instance)
        reported: list[str] = []

        current = lease(instance, reported.append)

        assert answers(instance), kind
        name, server = ("valkey", "Valkey") if kind == "Valkey's data" else ("postgres", "PostgreSQL")
        (line,) = [line for line in reported if "set aside" in line]
        assert line.startswith(f"{server}'s data could not be read ("), kind
        (aside,) = instance.data.glob(f"{name}.unreadable-*")  # what was set aside before is deleted
        assert str(aside) in line, kind
    current.release()


def test_the_engine_and_version_of_each_server_are_written_beside_its_data(current: Lease) -> None:
    data = current.instance.data

    assert re.fullmatch(r"Valkey \d+\.\d+\.\d+\n", (data / "valkey.engine").read_text())
    assert re.fullmatch(r"PostgreSQL \d+\.\d+\n", (data / "postgres.engine").read_text())


@pytest.mark.parametrize(
    ("recorded", "chosen"),
    [
        ("", "packaged"),
        ("Redis 7.0.15", "redis-server"),
        ("Redis 6.2.0", "redis-server"),
        ("Valkey 8.1.0", "valkey-server"),
        ("Valkey 9.1.2", "packaged"),
        ("Valkey 9.9.9", "packaged"),
        ("KeyDB 6", "packaged"),
    ],
)
def test_the_engine_that_made_the_data_is_used_again(tmp_path: Path, recorded: str, chosen: str) -> None:
    versions = {
        "packaged": "Valkey server v=9.1.2",
        "valkey-server": "Valkey server v=8.1.0",
        "redis-server": "Redis server v=7.0.15",
    }
    programs = []
    for name, version in versions.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho '{version} sha=0 bits=64'\n")
        program.chmod(0o755)
        programs.append(program)

    assert engines.choose(programs, recorded).name == chosen


def test_the_packaged_engine_is_preferred_to_one_on_the_path(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer = tmp_path / "redis-server"
    newcomer.write_text("#!/bin/sh\necho 'Redis server v=7.0.15'\n")
    newcomer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    assert valkey_program(instance) != newcomer


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as another user")
def test_programs_in_a_private_folder_are_copied_with_their_libraries(tmp_path: Path) -> None:
    """As where root has installed the packages below /root, which `nobody` cannot read."""
    tmp_path.chmod(0o700)
    programs = tmp_path / "site-packages" / "server" / f"programs-{WORKER}-{os.getpid()}"
    programs.mkdir(parents=True)
    (programs / "server").write_text("program")
    (tmp_path / "site-packages" / "server.libs").mkdir()
    (tmp_path / "site-packages" / "server.libs" / "library.so").write_text("library")

    copy = programs_for(Instance("test"), programs)

    assert copy != programs
    assert (copy / "server").read_text() == "program"
    assert (copy / "../../server.libs/library.so").read_text() == "library", "where RPATH looks for it"
    shutil.rmtree(copy.parent.parent)
