"""The embedded servers: shared by all, outliving none, back after kill -9 of anything."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from config.embedded import Instance, Lease, ServersFailed, forget, lease
from config.embedded.locks import is_held
from config.embedded.paths import PROJECT
from config.embedded.servers import answers
from tests.environment import WORKER

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("embedded")]
HOLD = """
import sys, time
from config.embedded import Instance, lease
lease(Instance(sys.argv[1])); print("ready", flush=True); time.sleep(60)
"""


@pytest.fixture
def instance() -> Iterator[Instance]:
    instance = Instance(f"test-{WORKER}-{os.getpid()}")
    yield instance
    until(lambda: not is_held(instance.supervising))
    shutil.rmtree(instance.data, ignore_errors=True)
    shutil.rmtree(instance.sockets, ignore_errors=True)
    shutil.rmtree(instance.control, ignore_errors=True)


@pytest.fixture
def held(instance: Instance) -> Iterator[Lease]:
    held = lease(instance)
    yield held
    held.give_back()


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def processes(instance: Instance) -> list[int]:
    """Everything that runs for the instance: supervisor, PostgreSQL, Valkey."""
    listing = subprocess.run(["ps", "-axwwo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    marks = (str(instance.data), str(instance.valkey_socket), f"config.embedded {instance.name}")
    return [int(line.split()[0]) for line in listing.splitlines() if any(mark in line for mark in marks)]


def pid_of(instance: Instance, server: str) -> int:
    file = instance.data / ("postgres/postmaster.pid" if server == "postgres" else "valkey/valkey.pid")
    return int(file.read_text().splitlines()[0])


def test_they_start_keep_data_and_go_with_their_last_user(instance: Instance) -> None:
    first, second = lease(instance), lease(instance)
    with psycopg.connect(instance.database_url.replace("postgres://", "postgresql://")) as connection:
        connection.execute("CREATE TABLE kept (a int)")

    first.give_back()
    time.sleep(0.6)
    assert answers(instance), "somebody still uses them"

    second.give_back()
    until(lambda: processes(instance) == [])

    third = lease(instance)
    with psycopg.connect(instance.database_url.replace("postgres://", "postgresql://")) as connection:
        connection.execute("SELECT a FROM kept")
    third.give_back()


def test_a_user_that_is_killed_is_no_user(instance: Instance) -> None:
    user = subprocess.Popen([sys.executable, "-c", HOLD, instance.name], cwd=PROJECT, stdout=subprocess.PIPE)
    assert user.stdout
    user.stdout.readline()
    assert answers(instance)

    user.kill()
    user.wait()
    user.stdout.close()

    until(lambda: processes(instance) == [])


def test_five_that_start_at_once_share_one(instance: Instance) -> None:
    users = [
        subprocess.Popen([sys.executable, "-c", HOLD, instance.name], cwd=PROJECT, stdout=subprocess.PIPE)
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
    seen = subprocess.run(["ps", "-wwo", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return seen.stdout


@pytest.mark.parametrize("server", ["postgres", "valkey"])
def test_a_server_that_is_killed_comes_back(held: Lease, server: str) -> None:
    before = pid_of(held.instance, server)

    os.kill(before, signal.SIGKILL)

    until(lambda: answers(held.instance) and pid_of(held.instance, server) != before)


def test_a_supervisor_that_is_killed_leaves_nothing_and_is_replaced(held: Lease) -> None:
    supervisor = int(held.instance.supervising.read_text())
    os.kill(supervisor, signal.SIGKILL)
    until(lambda: not is_held(held.instance.supervising))

    assert held.renew() is True
    assert answers(held.instance)
    assert held.renew() is False


def test_after_everything_was_killed_the_next_user_finds_servers(held: Lease) -> None:
    for pid in processes(held.instance):
        os.kill(pid, signal.SIGKILL)
    until(lambda: not is_held(held.instance.supervising))

    assert held.renew() is True
    assert answers(held.instance)


def test_data_in_use_is_not_forgotten(held: Lease) -> None:
    with pytest.raises(ServersFailed, match="Stop it first"):
        forget(held.instance)


def test_forgetting_forgets(instance: Instance) -> None:
    lease(instance).give_back()

    forget(instance)

    assert not instance.data.exists()


def test_data_of_another_version_is_refused_in_one_line(instance: Instance) -> None:
    lease(instance).give_back()
    until(lambda: processes(instance) == [])
    (instance.data / "postgres" / "PG_VERSION").write_text("9\n")

    with pytest.raises(ServersFailed, match=r"written by PostgreSQL 9.*make demo RESET=1"):
        lease(instance)
