"""Backups in a bucket: they are written, listed, read back and deleted, with signed requests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.backups import buckets
from operations.backups.buckets import Bucket, BucketFailed
from operations.backups.services import old_names
from sandbox.buckets import BUCKET, KEY, REGION, SECRET, BucketSandbox


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[BucketSandbox]:
    server = BucketSandbox()
    variables = {
        "AWS_ENDPOINT_URL": server.address,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    yield server
    server.shutdown()
    server.server_close()


def test_backups_are_written_listed_read_and_deleted(service: BucketSandbox, tmp_path: Path) -> None:
    bucket = Bucket.at(f"s3://{BUCKET}/our site/nightly")
    names = [f"waymark-2026-11-{day}T030000Z.backup" for day in (24, 25, 26)]
    for name in names:
        (tmp_path / name).write_bytes(name.encode())
        assert bucket.upload(tmp_path / name) == f"s3://{BUCKET}/our site/nightly/{name}"
    service.objects["our site/other.txt"] = b"somebody else's"

    assert bucket.names() == names
    bucket.download(names[0], tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == names[0].encode()
    for name in old_names(bucket.names(), keep=2):
        bucket.delete(name)
    assert bucket.names() == names[1:]
    assert "our site/other.txt" in service.objects


def test_a_large_backup_is_uploaded_in_parts(
    service: BucketSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "PART", 1000)
    content = os.urandom(2500)
    (tmp_path / "large.backup").write_bytes(content)

    Bucket.at(f"s3://{BUCKET}").upload(tmp_path / "large.backup")

    assert service.objects == {"large.backup": content}
    assert service.uploads == {}


def test_what_is_wrong_is_said(service: BucketSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BucketFailed, match="404"):
        Bucket.at("s3://nowhere").names()
    with pytest.raises(BucketFailed, match="NoSuchKey"):
        Bucket.at(f"s3://{BUCKET}").download("missing.backup", tmp_path / "missing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    with pytest.raises(BucketFailed, match="SignatureDoesNotMatch"):
        Bucket.at(f"s3://{BUCKET}").names()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(BucketFailed, match="AWS_ACCESS_KEY_ID"):
        Bucket.at(f"s3://{BUCKET}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    with pytest.raises(BucketFailed, match="write s3://"):
        Bucket.at("/srv/backups")
