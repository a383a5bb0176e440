"""Files in a bucket: moving them there and back, backing them up, sweeping what nobody refers to, and what the doctor says."""

from __future__ import annotations

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from accounts.models import DataExport, User
from accounts.personal_data import erasure, exports
from accounts.services import set_avatar
from config.content_security import bucket_origin
from core import bucket as buckets
from core import bucket_sweep, clock, outbox, outbox_pause
from core.bucket_reading import FilesUnavailable
from core.storage import private_files
from operations.backups import archive, media
from operations.backups.archive import Manifest
from operations.backups.encryption import BackupKey
from operations.health.bucket import bucket_lines
from operations.health.registry import Verdict
from operations.media import moving
from tests.files import stored_names
from tests.s3_server import OPEN_BUCKET, use_bucket

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("s3")]
KEY = BackupKey(secret=b"k" * 32)
SITEMAP = "private/sitemaps/index-1.xml"


def printed(*command: str, **options: Any) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=out, **options)
    return out.getvalue()


def fill() -> None:
    private_files.save("deliverables/a.pdf", ContentFile(b"%PDF a"))
    private_files.save("exports/b.zip", ContentFile(os.urandom(300_000)))
    default_storage.save("avatars/c.webp", ContentFile(b"RIFF"))


def test_files_are_moved_there_and_back(settings: Any, bucket: str, media_folder: Path) -> None:
    place, settings.MEDIA_BUCKET = settings.MEDIA_BUCKET, ""
    fill()
    names = stored_names()

    first = printed("move_media", to="s3", bucket=place)
    settings.MEDIA_BUCKET = ""
    private_files.save("exports/d.zip", ContentFile(b"added meanwhile"))
    second = printed("move_media", to="s3", bucket=place)

    assert "3 files, 0.3 MB: 3 copied, 0 failed." in first
    assert "Set MEDIA_BUCKET" in first
    assert "4 files, 0.3 MB: 1 copied, 0 failed." in second
    settings.MEDIA_BUCKET = place
    assert stored_names() == sorted([*names, "private/exports/d.zip"])
    assert private_files.open("deliverables/a.pdf").read() == b"%PDF a"

    original = (media_folder / "private/exports/b.zip").read_bytes()
    (media_folder / "private/exports/b.zip").write_bytes(b"x" * 300_000)
    (media_folder / "public/avatars/c.webp").unlink()
    private_files.save("exports/e.zip", ContentFile(b"never was in a folder"))
    back = printed("move_media", to="folder")
    assert "5 files, 0.3 MB: 3 copied, 0 failed." in back
    assert (media_folder / "private/exports/b.zip").read_bytes() == original
    assert (media_folder / "public/avatars/c.webp").read_bytes() == b"RIFF"
    assert (media_folder / "private/exports/e.zip").stat().st_mode & 0o077 == 0


def test_a_copy_that_differs_is_deleted_and_told(settings: Any, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, settings.MEDIA_BUCKET = settings.MEDIA_BUCKET, ""
    fill()
    sums = iter(range(100))
    monkeypatch.setattr(moving, "checksum_of", lambda file: str(next(sums)))

    with pytest.raises(CommandError, match="Run this again"):
        printed("move_media", to="s3", bucket=place)

    assert [entry.name for entry in buckets.stored_objects()] == []


def test_moving_needs_a_bucket_that_answers(settings: Any, bucket: str) -> None:
    place, settings.MEDIA_BUCKET = settings.MEDIA_BUCKET, ""
    fill()
    with pytest.raises(CommandError, match="--bucket"):
        printed("move_media", to="s3")
    settings.MEDIA_ENDPOINT = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="does not answer"):
        printed("move_media", to="s3", bucket=place)


@pytest.mark.usefixtures("bucket")
def test_a_backup_has_the_files_of_the_bucket_and_brings_them_back(
    tmp_path: Path, s3_address: str, settings: Any
) -> None:
    fill()
    names = stored_names()
    (tmp_path / "dump").write_bytes(b"rows")
    manifest = Manifest(version="1", made_at="", migrations=[], rows={})
    with (tmp_path / "a.backup").open("wb") as target, media.media_of_site(tmp_path / "links") as kept:
        kept.keep()
        private_files.delete("deliverables/a.pdf")  # which waits for the end of the backup
        private_files.save("exports/late.zip", ContentFile(b"late"))
        kept.keep()
        kept.names.add("private/exports/gone.zip")  # type: ignore[union-attr]  # of a bucket
        archive.write(target, KEY, manifest, tmp_path / "dump", b"SECRET_KEY=x\n", kept.files())
    assert not buckets.backup_is_running()
    assert set(manifest.files) == {
        "database.dump", "secrets.env", "media/private/exports/late.zip", *(f"media/{name}" for name in names),
    }  # fmt: skip

    use_bucket(settings, s3_address)
    assert not media.has_files()
    (tmp_path / "unpacked").mkdir()
    with (tmp_path / "a.backup").open("rb") as source:
        archive.unpack(source, KEY, tmp_path / "unpacked")
    media.put_back(tmp_path / "unpacked" / "media")

    assert media.has_files()
    assert stored_names() == sorted([*names, "private/exports/late.zip"])
    assert private_files.open("deliverables/a.pdf").read() == b"%PDF a"
    assert media.size_of_files() > 300_000


@pytest.mark.usefixtures("bucket")
def test_what_nobody_refers_to_is_deleted_after_a_day(cleo: User) -> None:
    set_avatar(user=cleo, picture=ContentFile(b"RIFF"))
    exports.request_export(user=cleo)
    outbox.deliver_due()
    fill()
    private_files.replace("sitemaps/index-1.xml", b"<xml/>")
    buckets.client().put_object(Bucket=buckets.bucket_name(), Key=buckets.key_of("arrivals/x"), Body=b"x")
    kept = sorted([f"public/{cleo.avatar}", f"private/{DataExport.objects.get().archive}", SITEMAP])

    bucket_sweep.sweep_nightly(clock.now())
    assert len(stored_names()) == 6, "all are young"
    tomorrow = clock.now() + timedelta(days=1, minutes=1)
    listed = printed("sweep_media", "--dry-run")
    assert "0 of 7 objects belong to nothing" in listed
    outbox_pause.pause("Restored")
    bucket_sweep.sweep_nightly(tomorrow)
    assert len(stored_names()) == 6, "a site that was restored is looked at"
    outbox_pause.release(drop=False)
    result = bucket_sweep.sweep(tomorrow)

    assert (result.objects, result.deleted) == (7, 4)
    assert [entry.name for entry in buckets.stored_objects()] == kept


@pytest.mark.usefixtures("bucket")
def test_a_database_that_knows_too_few_files_deletes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket_sweep, "LEAST_SUSPICIOUS", 1)
    monkeypatch.setattr(bucket_sweep, "KEPT", timedelta(0))
    fill()

    with pytest.raises(CommandError, match="--force"):
        printed("sweep_media")
    assert len(stored_names()) == 3
    assert "3 were deleted" in printed("sweep_media", "--force")
    assert stored_names() == []


def test_sweeping_needs_a_bucket(settings: Any) -> None:
    settings.MEDIA_BUCKET = ""
    with pytest.raises(CommandError, match="MEDIA_BUCKET"):
        printed("sweep_media")


@pytest.mark.usefixtures("bucket")
def test_erasing_a_person_deletes_their_files_from_the_bucket(
    cleo: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        set_avatar(user=cleo, picture=ContentFile(b"RIFF"))
        exports.request_export(user=cleo)
        outbox.deliver_due()
    assert len(stored_names()) == 2

    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(user=cleo)

    assert stored_names() == []


@pytest.mark.usefixtures("bucket")
def test_the_doctor_is_content_with_a_private_bucket(settings: Any) -> None:
    settings.MEDIA_ORIGIN = bucket_origin(settings.MEDIA_BUCKET, settings.MEDIA_ENDPOINT, path_style=True)

    lines = bucket_lines()

    assert [(line.name, line.verdict) for line in lines] == [
        ("bucket", Verdict.GOOD), ("bucket access", Verdict.GOOD), ("bucket uploads", Verdict.GOOD),
    ]  # fmt: skip
    assert [entry.name for entry in buckets.stored_objects()] == []


@pytest.mark.usefixtures("bucket")
def test_the_doctor_says_that_nothing_can_be_deleted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ORIGIN = bucket_origin(settings.MEDIA_BUCKET, settings.MEDIA_ENDPOINT, path_style=True)

    def refuse(name: str) -> None:
        raise FilesUnavailable("AccessDenied")

    monkeypatch.setattr(buckets, "delete_object", refuse)
    line = bucket_lines()[0]

    assert (line.name, line.verdict) == ("bucket", Verdict.BAD)
    assert "cannot be used to delete: AccessDenied" in line.finding.sentence


def test_a_restore_leaves_no_half_of_a_file(
    media_folder: Path, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_BUCKET = ""
    source = tmp_path / "unpacked"
    (source / "private").mkdir(parents=True)
    (source / "private" / "a.pdf").write_bytes(b"whole")

    def stop(file: Any, target: Any) -> None:
        target.write(b"wh")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("operations.backups.media.shutil.copyfileobj", stop)
        with pytest.raises(KeyboardInterrupt):
            media.put_back(source)
    media.put_back(source)

    assert (media_folder / "private" / "a.pdf").read_bytes() == b"whole"
    assert list(media_folder.rglob("*.partial")) == []


def test_the_doctor_says_what_is_wrong_with_a_bucket(settings: Any, s3_address: str) -> None:
    use_bucket(settings, s3_address, OPEN_BUCKET)
    settings.MEDIA_ORIGIN = s3_address
    findings = {line.name: line.finding for line in bucket_lines()}
    assert findings["bucket access"].verdict == Verdict.BAD
    assert "Everybody can list it" in findings["bucket access"].sentence
    assert findings["bucket uploads"].verdict == Verdict.LOOK

    use_bucket(settings, s3_address)
    settings.MEDIA_SECRET = "another"
    (refused,) = bucket_lines()
    assert "SignatureDoesNotMatch" in refused.finding.sentence
    settings.MEDIA_ENDPOINT = "http://127.0.0.1:9"
    (away,) = bucket_lines()
    assert away.verdict == Verdict.BAD
    assert "cannot be used to write" in away.finding.sentence
    settings.MEDIA_BUCKET = ""
    assert bucket_lines() == []
