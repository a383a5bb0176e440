"""What fails in the test of chaos: PostgreSQL and Valkey of its own, a disk that is full, and a service that never answers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import redis
from django.db import connection

from config.embedded import Instance, delete_data, lease
from config.embedded.servers import answers
from operations.backups.programs import program
from tests import databases
from tests.environment import database_url

RECOVERY_SECONDS = 120


class OwnServers:
    """A durable PostgreSQL and Valkey with the demo's data, which are started again when they are killed."""

    def __init__(self) -> None:
        self.instance = Instance("chaos")
        with suppress(FileNotFoundError):
            delete_data(self.instance)
        self.lease = lease(self.instance)

    def fill(self) -> None:
        """Copies the demo's data from the template of the tests."""
        dump, restore = program("pg_dump"), program("pg_restore")
        read = subprocess.Popen(
            [dump, "--format=custom", database_url(databases.DEMO_TEMPLATE)], stdout=subprocess.PIPE
        )
        target = ["--no-owner", "--exit-on-error", f"--dbname={self.instance.database_url}"]
        subprocess.run([restore, *target], stdin=read.stdout, check=True)
        assert read.wait() == 0

    def kill_postgres(self) -> None:
        """Kills PostgreSQL with all its processes, and waits until it has recovered."""
        self._kill(self.instance.data / "postgres" / "postmaster.pid")

    def kill_and_empty_redis(self) -> None:
        """Empties Valkey and kills it: queues, cache and limits are gone."""
        redis.Redis.from_url(self.instance.redis_url).flushall()
        self._kill(self.instance.data / "valkey" / "valkey.pid")

    def stop(self) -> None:
        self.lease.release()
        delete_data(self.instance)

    def _kill(self, file: Path) -> None:
        killed = file.read_text().split()[0]
        os.kill(int(killed), signal.SIGKILL)
        deadline = time.monotonic() + RECOVERY_SECONDS
        # The file names the next process, and both servers answer.
        while not file.exists() or file.read_text().split()[:1] in ([], [killed]) or not answers(self.instance):
            assert time.monotonic() < deadline
            time.sleep(0.2)


@contextmanager
def own_servers() -> Iterator[OwnServers]:
    servers = OwnServers()
    try:
        servers.fill()
        yield servers
    finally:
        servers.stop()


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """Lets Django in this process work on another server."""
    database: Any = connection
    before = dict(database.settings_dict)
    parts = psycopg.conninfo.conninfo_to_dict(url)
    database.close()
    database.close_pool()
    database.settings_dict.update(NAME=parts["dbname"], HOST=parts["host"], PORT="", USER=parts["user"])
    try:
        yield
    finally:
        database.close()
        database.close_pool()
        database.settings_dict.update(before)


class FullDisk:
    """A file system in memory of a few megabytes, which can be filled up. Only root can mount one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.filling = folder / "filling"

    def fill(self) -> None:
        with self.filling.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 65_536)

    def empty(self) -> None:
        self.filling.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[FullDisk | None]:
    """Yields a small file system that is mounted on the folder; None where that is not allowed."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield FullDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


@contextmanager
def hanging_service() -> Iterator[int]:
    """Yields the port of a service that takes connections and never answers."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    taken.append(listener.accept()[0])

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    for connection_of_caller in taken:
        connection_of_caller.close()


def megabytes_of(pids: list[int]) -> float:
    """Returns the memory of processes with their children; what processes share is divided among them."""
    return sum(_megabytes(pid) for root in pids for pid in _family(root))


def _family(pid: int) -> list[int]:
    return [pid, *(grandchild for child in _children(pid) for grandchild in _family(child))]


def _children(pid: int) -> list[int]:
    children: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            children += map(int, path.read_text().split())
    return children


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
