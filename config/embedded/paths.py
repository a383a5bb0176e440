"""Where an embedded instance keeps its files, and under which addresses it answers."""

from __future__ import annotations

import hashlib
import os
import pwd
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent.parent
DATABASE = "waymark"


@dataclass(frozen=True)
class Instance:
    """One PostgreSQL and one Valkey: `demo` keeps what it is given, those of the tests trade safety for speed."""

    name: str

    @property
    def durable(self) -> bool:
        return not self.name.startswith("test")

    @property
    def _key(self) -> str:
        return hashlib.sha256(f"{PROJECT}:{self.name}".encode()).hexdigest()[:10]

    @property
    def control(self) -> Path:
        """Locks and logs; always ours."""
        return PROJECT / "var" / "embedded" / self.name

    @property
    def server_user(self) -> pwd.struct_passwd | None:
        """PostgreSQL refuses to run as root, so root lends it to `nobody`."""
        return pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    @property
    def data(self) -> Path:
        """The servers' data: in the project, or for `nobody` where `nobody` can reach it."""
        if self.server_user is None:
            return self.control / "data"
        return Path("/var/tmp") / f"waymark-{self._key}"

    @property
    def sockets(self) -> Path:
        """A short path: a socket's address holds 104 bytes at most on macOS."""
        base = Path("/tmp") if len(tempfile.gettempdir()) > 40 else Path(tempfile.gettempdir())
        return base / f"waymark-{os.geteuid()}-{self._key}"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def database_url(self) -> str:
        return f"postgres://waymark@{quote(str(self.sockets), safe='')}/{DATABASE}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}"

    @property
    def leases(self) -> Path:
        return self.control / "leases.lock"

    @property
    def starting(self) -> Path:
        return self.control / "starting.lock"

    @property
    def supervising(self) -> Path:
        return self.control / "supervisor.lock"

    @property
    def failure(self) -> Path:
        """Why the supervisor gave up, in one line; the log holds the servers' words as well."""
        return self.control / "failure"

    @property
    def log(self) -> Path:
        return self.control / "supervisor.log"
