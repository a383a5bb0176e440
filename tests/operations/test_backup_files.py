"""The encrypted file of a backup: it is read with its key alone, and any damage is noticed."""

from __future__ import annotations

import io
import secrets
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.backups import archive
from operations.backups.archive import Manifest
from operations.backups.encryption import (
    CHUNK,
    TAG,
    BackupKey,
    BackupUnreadable,
    DecryptingReader,
    EncryptingWriter,
    new_key_file,
)

KEY = BackupKey(secret=b"k" * 32)


def encrypted(data: bytes, key: BackupKey = KEY) -> bytes:
    target = io.BytesIO()
    writer = EncryptingWriter(target, key)
    writer.write(data)
    writer.close()
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_written_is_read(size: int) -> None:
    data = secrets.token_bytes(size)

    assert DecryptingReader(io.BytesIO(encrypted(data)), KEY).read() == data


def test_the_content_is_not_in_the_file() -> None:
    assert b"cleo@example.org" not in encrypted(b"cleo@example.org" * 100)


@settings(max_examples=40)
@given(position=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_flipped_bit_is_noticed(position: int, bit: int) -> None:
    whole = bytearray(encrypted(b"sessions" * 50))
    whole[position % len(whole)] ^= 1 << bit

    with pytest.raises(BackupUnreadable):
        DecryptingReader(io.BytesIO(bytes(whole)), KEY).read()


def test_chunks_cannot_be_cut_off_left_out_or_exchanged() -> None:
    whole = encrypted(secrets.token_bytes(3 * CHUNK))
    head = whole.index(b"\n") + 1
    size = CHUNK + TAG
    chunks = [whole[head + number * size : head + (number + 1) * size] for number in range(3)]

    for order in ((0, 1), (0, 2), (1, 0, 2), (0,), ()):
        with pytest.raises(BackupUnreadable):
            DecryptingReader(io.BytesIO(whole[:head] + b"".join(chunks[number] for number in order)), KEY).read()


def test_another_key_is_refused_in_words() -> None:
    with pytest.raises(BackupUnreadable, match="The key is another one"):
        DecryptingReader(io.BytesIO(encrypted(b"data")), BackupKey(secret=b"x" * 32)).read()
    with pytest.raises(BackupUnreadable, match="give it with --key-file"):
        DecryptingReader(io.BytesIO(encrypted(b"data")), BackupKey(passphrase="correct horse battery"))
    with pytest.raises(BackupUnreadable, match="no backup of Waymark"):
        DecryptingReader(io.BytesIO(b"PK\x03\x04 something else"), KEY)


def test_a_passphrase_is_a_key_and_may_not_be_short() -> None:
    key = BackupKey(passphrase="correct horse battery")

    assert DecryptingReader(io.BytesIO(encrypted(b"data", key)), key).read() == b"data"
    with pytest.raises(BackupUnreadable, match="at least 12 characters"):
        encrypted(b"data", BackupKey(passphrase="short"))


def test_a_key_file_is_for_its_owner_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key"
    new_key_file(path)

    assert len(BackupKey.of_file(path).secret) == 32
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        new_key_file(path)


def test_a_path_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    target = io.BytesIO()
    writer = EncryptingWriter(target, KEY)
    with tarfile.open(fileobj=writer, mode="w|") as tar:  # type: ignore[call-overload]  # it needs `write` alone
        tar.addfile(tarfile.TarInfo("media/../../outside"), io.BytesIO())
    writer.close()

    with pytest.raises(BackupUnreadable, match="does not belong there"):
        archive.unpack(io.BytesIO(target.getvalue()), KEY, tmp_path / "inside")
    assert not (tmp_path / "outside").exists()


def test_a_backup_is_unpacked_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "portrait.webp").write_bytes(b"picture")
    (tmp_path / "dump").write_bytes(b"rows" * 1000)
    target = io.BytesIO()
    manifest = Manifest(version="1", made_at="2026-11-27T10:00:00Z", migrations=[], rows={"accounts_user": 3})

    archive.write(target, KEY, manifest, tmp_path / "dump", b"SECRET_KEY=x\n", archive.files_below(tmp_path / "media"))
    unpacked = archive.unpack(io.BytesIO(target.getvalue()), KEY, tmp_path / "new")

    assert unpacked == manifest
    assert (tmp_path / "new" / "media" / "portrait.webp").read_bytes() == b"picture"
