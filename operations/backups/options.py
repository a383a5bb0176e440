"""What the commands for backups are told about the key."""

from __future__ import annotations

import getpass
import os
import signal
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import NoReturn

from operations.backups.encryption import BackupKey, BackupUnreadable


def add_key_option(parser: ArgumentParser) -> None:
    """Adds the option for a key file; a passphrase comes from the environment, so that no list of processes shows it."""
    parser.add_argument(
        "--key-file", type=Path, metavar="FILE", help="the key file (else the passphrase BACKUP_PASSPHRASE)"
    )


def chosen_key(key_file: Path | None, *, is_new: bool = False) -> BackupKey:
    """Returns the key that the options and the environment name, else asks for a passphrase at the terminal: twice for a new
    backup, since a mistyped one would make it useless."""
    if key_file is not None:
        return BackupKey.of_file(key_file)
    passphrase = os.environ.get("BACKUP_PASSPHRASE", "")
    if not passphrase and sys.stdin.isatty():
        passphrase = getpass.getpass("Passphrase of the backup: ")
        if is_new and passphrase != getpass.getpass("The same again: "):
            raise BackupUnreadable("The two passphrases differ. Nothing was written.")
    if not passphrase:
        raise BackupUnreadable(
            "No key. Write one with: waymark backup --new-key FILE, and give it with --key-file; or set BACKUP_PASSPHRASE."
        )
    return BackupKey(passphrase=passphrase)


def end_cleanly_when_terminated() -> None:
    """Lets SIGTERM end the command as Ctrl-C does, so that databases and folders on trial are removed."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
