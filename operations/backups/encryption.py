"""Encrypts a stream in chunks with AES-256-GCM, so that a file of any size is written and read without keeping it in memory.

A file begins with one line of JSON that says how its key is made. Each chunk has a nonce of its own, from a prefix that is
random for each file, the number of the chunk, and whether it is the last one. So chunks can be neither changed, left out,
exchanged nor cut off without notice.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

CHUNK = 1024 * 1024
TAG = 16
KEY_BYTES = 32
FORMAT = "waymark-backup-1"
SCRYPT = {"n": 2**16, "r": 8, "p": 1}
SHORTEST_PASSPHRASE = 12
LONGEST_HEADER = 1000


class BackupUnreadable(Exception):
    """The file cannot be read: another key, or it is damaged. The message is for people."""


@dataclass(frozen=True)
class BackupKey:
    """What a backup is encrypted with: a passphrase, or the key of a key file."""

    passphrase: str = ""
    secret: bytes = b""

    @classmethod
    def of_file(cls, path: Path) -> BackupKey:
        """Reads the key from a key file, as `new_key_file` writes it."""
        try:
            secret = base64.b64decode(path.read_text().strip(), validate=True)
        except (OSError, ValueError) as error:
            raise BackupUnreadable(f"{path} is no key file: {error}") from None
        if len(secret) != KEY_BYTES:
            raise BackupUnreadable(f"{path} is no key file: it does not hold {KEY_BYTES} bytes")
        return cls(secret=secret)

    def header(self) -> dict[str, Any]:
        """Returns the header of a new file."""
        prefix = base64.b64encode(secrets.token_bytes(7)).decode()
        if self.secret:
            return {"format": FORMAT, "key": "file", "prefix": prefix}
        if len(self.passphrase) < SHORTEST_PASSPHRASE:
            raise BackupUnreadable(f"The passphrase needs at least {SHORTEST_PASSPHRASE} characters")
        salt = base64.b64encode(secrets.token_bytes(16)).decode()
        return {"format": FORMAT, "key": "passphrase", "salt": salt, **SCRYPT, "prefix": prefix}

    def cipher(self, header: dict[str, Any]) -> AESGCM:
        """Returns the cipher for a file with this header."""
        if header["key"] == "file":
            if not self.secret:
                raise BackupUnreadable("This backup was made with a key file: give it with --key-file")
            return AESGCM(self.secret)
        if not self.passphrase:
            raise BackupUnreadable("This backup was made with a passphrase: set BACKUP_PASSPHRASE")
        derivation = Scrypt(base64.b64decode(header["salt"]), KEY_BYTES, n=header["n"], r=header["r"], p=header["p"])
        return AESGCM(derivation.derive(self.passphrase.encode()))


def new_key_file(path: Path) -> None:
    """Writes a new key to a file that only its owner can read, and that does not exist yet."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")


class EncryptingWriter:
    """Encrypts what is written to it. `close` writes the last chunk, without which the file cannot be read."""

    def __init__(self, target: IO[bytes], key: BackupKey) -> None:
        header = key.header()
        self._cipher = key.cipher(header)
        self._prefix = base64.b64decode(header["prefix"])
        self._head = json.dumps(header).encode()
        self._target, self._waiting, self._number = target, bytearray(), 0
        target.write(self._head + b"\n")

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        self._put(bytes(self._waiting), is_last=True)

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, is_last=is_last)
        self._target.write(self._cipher.encrypt(nonce, chunk, self._head))
        self._number += 1


class DecryptingReader:
    """Decrypts a file as it is read. Raises BackupUnreadable for a wrong key and at the first chunk that is not whole."""

    def __init__(self, source: IO[bytes], key: BackupKey) -> None:
        self._source = source
        self._head = source.readline(LONGEST_HEADER).rstrip(b"\n")
        header = _parsed(self._head)
        try:
            self._cipher = key.cipher(header)
            self._prefix = base64.b64decode(header["prefix"])
        except (KeyError, TypeError, ValueError):
            raise BackupUnreadable("The beginning of the file is damaged") from None
        self._next = source.read(CHUNK + TAG)
        self._ready, self._number, self._is_over = bytearray(), 0, False

    def read(self, size: int = -1) -> bytes:
        while not self._is_over and (size < 0 or len(self._ready) < size):
            self._take()
        wanted = len(self._ready) if size < 0 else size
        data = bytes(self._ready[:wanted])
        del self._ready[:wanted]
        return data

    def _take(self) -> None:
        chunk, self._next = self._next, self._source.read(CHUNK + TAG)
        self._is_over = not self._next
        try:
            nonce = _nonce(self._prefix, self._number, is_last=self._is_over)
            self._ready += self._cipher.decrypt(nonce, chunk, self._head)
        except InvalidTag:
            reason = "The key is another one, or the file is damaged" if self._number == 0 else "The file is damaged"
            raise BackupUnreadable(reason) from None
        self._number += 1


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\1" if is_last else b"\0")


def _parsed(head: bytes) -> dict[str, Any]:
    try:
        header = json.loads(head)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise BackupUnreadable("This is no backup of Waymark")
    return header
