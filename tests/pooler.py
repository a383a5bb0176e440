"""PgBouncer in transaction mode in front of the tests' PostgreSQL, if DATABASE_POOLER is `transaction`."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import psycopg

PORT = 6543  # only the name of the socket
START_SECONDS = 60
# `connect_query` is what tests/settings.py sets without a pooler. There is no `ignore_startup_parameters`: PgBouncer refuses
# whatever it cannot pass on.
CONFIGURATION = """
[databases]
* = {server} connect_query='SET join_collapse_limit = 1; SET from_collapse_limit = 1; SET jit = off'

[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
max_client_conn = 2000
default_pool_size = {connections}
server_login_retry = 1
query_wait_timeout = 60
logfile = {folder}/log
"""


def program() -> str | None:
    """Returns the path of PgBouncer, or None if it is not installed (Debian: apt-get install pgbouncer)."""
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


def url_of(folder: Path, user: str, database: str) -> str:
    return f"postgres://{user}@{quote(str(folder), safe='')}:{PORT}/{database}"


@contextmanager
def pgbouncer(folder: Path, server_url: str, *, connections: int = 120) -> Iterator[None]:
    """Runs PgBouncer with its socket in the folder, in front of all databases of a server. As root, it runs as `nobody`."""
    path = program()
    assert path is not None, "PgBouncer is not installed."
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    (folder / "pgbouncer.ini").write_text(
        CONFIGURATION.format(server=_server(server_url), port=PORT, folder=folder, connections=connections)
    )
    user = []
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for owned in (folder, folder / "pgbouncer.ini"):
            os.chown(owned, nobody.pw_uid, nobody.pw_gid)
        user = ["--user", "nobody"]
    process = subprocess.Popen([path, "--quiet", *user, str(folder / "pgbouncer.ini")])
    try:
        _wait(process, folder, server_url)
        yield
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _server(url: str) -> str:
    parts = urlsplit(url)
    password = f" password={unquote(parts.password)}" if parts.password else ""
    return f"host={unquote(parts.hostname or '')} port={parts.port or 5432} user={parts.username}{password}"


def _wait(process: subprocess.Popen[bytes], folder: Path, server_url: str) -> None:
    address = url_of(folder, urlsplit(server_url).username or "waymark", "postgres")
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("PgBouncer does not answer.")
