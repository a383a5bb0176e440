"""Waymark's home: the folder of its data and of its configuration, which outlives the program."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

CONFIGURATION = "waymark.env"
CONFIGURED = "WAYMARK_CONFIGURED"  # names the variables that come from that file, for a restart that reads it again
FIRST = """\
# The configuration of this Waymark: one variable a line, as NAME=value. Variables of the environment come before these.
# All of them are explained in .env.example of the source, and docs/deployment.md says which you need.

# The address at which people reach this site.
SITE_URL={site}
ALLOWED_HOSTS={host}

# The mail server: smtp://user:password@host:port, smtp+tls://… or smtps://…
EMAIL_URL=
DEFAULT_FROM_EMAIL=Waymark <hello@{host}>

# Signs sessions and links, and encrypts what is stored encrypted. Keep it, and keep it secret.
SECRET_KEY={secret}

# The PostgreSQL and the Redis or Valkey to use. Without these two, Waymark runs its own in this folder.
# DATABASE_URL=postgres://waymark:password@localhost/waymark
# REDIS_URL=redis://localhost:6379
"""


class HomeFailed(Exception):
    """The home cannot be used; the message says why and what to do."""


def folder_of(name: str) -> Path:
    """Returns the home: what WAYMARK_HOME says, else a folder of that name where the platform keeps data."""
    if chosen := os.environ.get("WAYMARK_HOME"):
        return Path(chosen).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / name
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / name


def prepare(home: Path) -> None:
    """Makes the folder, which only its owner can open."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeFailed(f"{home} cannot be used: {error.strerror}. Set WAYMARK_HOME to a folder of yours.") from None


def write_configuration(home: Path, site: str) -> Path:
    """Writes the first configuration, for its owner alone, with a new secret. It leaves one that is there as it is."""
    path = home / CONFIGURATION
    host = urlsplit(site).hostname or "localhost"
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(FIRST.format(site=site, host=host, secret=secrets.token_urlsafe(50)))
    except FileExistsError:
        raise HomeFailed(f"{path} is there already. Edit it, or remove it to begin anew.") from None
    return path


def read_configuration(home: Path) -> dict[str, str]:
    """Returns the variables of the configuration. Raises HomeFailed with the line that is none."""
    path = home / CONFIGURATION
    variables: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return variables
    except (OSError, UnicodeDecodeError) as error:
        raise HomeFailed(f"{path} cannot be read: {error}") from None
    for number, line in enumerate(lines, start=1):
        name, is_variable, value = line.strip().partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not is_variable or not name.strip().isidentifier() or "\0" in value:
            raise HomeFailed(f"{path}, line {number}: this is not NAME=value")
        variables[name.strip()] = value.strip()
    return variables
