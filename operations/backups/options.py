"""What the commands for backups are told about the key."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path

from operations.backups.encryption import BackupKey, BackupUnreadable


def add_key_option(parser: ArgumentParser) -> None:
    """Adds the option for a key file; a passphrase comes from the environment, so that no list of processes shows it."""
    parser.add_argument(
        "--key-file", type=Path, metavar="FILE", help="the key file (else the passphrase BACKUP_PASSPHRASE)"
    )


def chosen_key(key_file: Path | None) -> BackupKey:
    """Returns the key that the options and the environment name."""
    if key_file is not None:
        return BackupKey.of_file(key_file)
    passphrase = os.environ.get("BACKUP_PASSPHRASE", "")
    if not passphrase:
        raise BackupUnreadable(
            "No key. Write one with: waymark backup --new-key FILE, and give it with --key-file; or set BACKUP_PASSPHRASE."
        )
    return BackupKey(passphrase=passphrase)
