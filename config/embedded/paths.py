"""The paths and addresses of an embedded instance."""

from __future__ import annotations

import hashlib
import os
import pwd
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent.parent
# Where everything is kept that Waymark writes.
HOME = Path(os.environ.get("WAYMARK_HOME") or PROJECT / "var").absolute()
# A wheel has built styles and scripts in place of their sources.
IS_WHEEL = not (PROJECT / "pyproject.toml").exists()
RESET_DEMO = "waymark demo --reset" if IS_WHEEL else "make demo RESET=1"
DATABASE = "waymark"


@dataclass(frozen=True)
class Instance:
    """One PostgreSQL and one Valkey. `demo` stores its data durably; those of the tests do not, to be faster."""

    name: str

    @property
    def durable(self) -> bool:
        return not self.name.startswith("test")

    @property
    def is_site(self) -> bool:
        """Whether this is the data of a real site, which is never begun anew by itself."""
        return self.name == "site"

    @property
    def next_step(self) -> str:
        """Returns what to do about data that the servers cannot work with."""
        return f"Look into {self.log}" if self.is_site else f"Start afresh with: {RESET_DEMO}"

    @property
    def _key(self) -> str:
        return hashlib.sha256(f"{HOME}:{self.name}".encode()).hexdigest()[:10]

    @property
    def control(self) -> Path:
        """Returns the folder of locks and logs, which belongs to the user of this process."""
        return HOME / "embedded" / self.name

    @property
    def server_user(self) -> pwd.struct_passwd | None:
        """Returns the user `nobody` if this process runs as root, because PostgreSQL refuses to; otherwise None."""
        return pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    @property
    def data(self) -> Path:
        """Returns the data folder: in Waymark's home, or under /var/tmp for `nobody`, who may not be able to read the former."""
        if self.server_user is None:
            return self.control / "data"
        return Path("/var/tmp") / f"waymark-{self._key}"

    @property
    def sockets(self) -> Path:
        """Returns the folder of the sockets, a short path, because macOS allows 104 bytes for a socket's address."""
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
        """Returns the file with the reason why the supervisor gave up, in one line; the log has the servers' output too."""
        return self.control / "failure"

    @property
    def log(self) -> Path:
        return self.control / "supervisor.log"

    @property
    def notes(self) -> Path:
        """Returns the file with what was done to start at all, one line each, which the terminal shows."""
        return self.control / "notes"

    def note(self, line: str) -> None:
        with self.notes.open("a") as notes:
            notes.write(f"{line}\n")
