"""Backing up a site while it runs, restoring the backup into another home, and rehearsing that."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import User
from config.embedded.paths import PROJECT
from operations.backups import services
from operations.backups.encryption import BackupKey, BackupUnreadable
from operations.models import BackupRecord
from tests import databases
from tests.cast import make_person
from tests.config.production import PRODUCTION
from tests.environment import NUMBER, WORKER, database_url, database_variables, redis_url

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.usefixtures("committed")]
PASSPHRASE = "correct horse battery"
ELSEWHERE = f"waymark_elsewhere_{WORKER}"
FORMER = f"{ELSEWHERE}_before_rollback"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Path:
    """Gives the site a folder of files beside that of its backups, with one file in it."""
    settings.MEDIA_HOME, settings.MEDIA_BUCKET = tmp_path / "media", ""  # a bucket's are in test_media_in_bucket.py
    (settings.MEDIA_HOME / "private").mkdir(parents=True)
    (settings.MEDIA_HOME / "private" / "portrait.webp").write_bytes(b"picture")
    return tmp_path / "media"


def restore_elsewhere(
    path: Path, home: Path, *options: str, passphrase: str = PASSPHRASE, secret: str = ""
) -> subprocess.CompletedProcess[str]:
    """Runs `waymark restore` as on another machine: with a home and a database of its own, and with a `secret` in the
    environment where one is named."""
    variables = PRODUCTION | database_variables(ELSEWHERE)
    variables |= {
        "REDIS_URL": redis_url(os.environ["TEST_REDIS_URL"], NUMBER + 16),
        "WAYMARK_HOME": str(home),
        "BACKUP_PASSPHRASE": passphrase,
    }
    del variables["SECRET_KEY"]  # the home's configuration has one
    if secret:
        variables["SECRET_KEY"] = secret
    return subprocess.run(
        [sys.executable, "-m", "waymark", "restore", str(path), *options],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_backup_is_rehearsed_and_restored_on_another_machine(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_PASSPHRASE", PASSPHRASE)
    cleo = make_person("Cleo Park")
    printed = StringIO()

    call_command("backup", to=tmp_path / "backups", rehearse=True, stdout=printed)

    (path,) = (tmp_path / "backups").iterdir()
    assert "files are as they were" in printed.getvalue()
    assert [(record.kind, record.is_good) for record in BackupRecord.objects.order_by("id")] == [
        ("backup", True),
        ("rehearsal", True),
    ]
    assert path.stat().st_mode & 0o077 == 0

    home = tmp_path / "other"
    home.mkdir()
    (home / "waymark.env").write_text(
        "SITE_URL=https://sessions.example\nSECRET_KEY=another-secret-of-the-new-machine\n"
    )
    databases.clone("template0", ELSEWHERE)
    try:
        wrong = restore_elsewhere(path, home, passphrase="another passphrase")
        assert wrong.returncode == 1
        assert "The key is another one" in wrong.stderr

        done = restore_elsewhere(path, home)
        assert done.returncode == 0, done.stderr
        with psycopg.connect(database_url(ELSEWHERE)) as restored:
            assert restored.execute("SELECT email FROM accounts_user WHERE id = %s", [cleo.pk]).fetchone() == (
                cleo.email,
            )
            assert restored.execute("SELECT reason FROM core_outboxpause").fetchone() == (f"Restored from {path.name}",)

        again = restore_elsewhere(path, home)
        assert "The database has tables already" in again.stderr

        with psycopg.connect(database_url(ELSEWHERE)) as restored:
            restored.execute("UPDATE accounts_user SET display_name = 'Late' WHERE id = %s", [cleo.pk])
        replaced = restore_elsewhere(path, home, "--replace")
        assert replaced.returncode == 0, replaced.stderr
        assert [name_of(cleo, name) for name in (ELSEWHERE, FORMER)] == ["Cleo Park", "Late"]

        other = restore_elsewhere(path, home, "--replace", secret="a-secret-of-the-environment")
        assert "SECRET_KEY is not the one of the backup" in other.stderr
        assert name_of(cleo, FORMER) == "Late", "nothing was replaced"
    finally:
        databases.drop(ELSEWHERE)
        databases.drop(FORMER)
    assert (home / "media" / "private" / "portrait.webp").read_bytes() == b"picture"
    configuration = (home / "waymark.env").read_text().splitlines()
    assert configuration == ["SITE_URL=https://sessions.example", f"SECRET_KEY={settings.SECRET_KEY}"]


def name_of(person: User, database: str) -> str:
    with psycopg.connect(database_url(database)) as restored:
        row = restored.execute("SELECT display_name FROM accounts_user WHERE id = %s", [person.pk]).fetchone()
    assert row is not None
    return str(row[0])


def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    MigrationRecorder(connection).record_applied("operations", "0999_of_a_newer_version")
    path = services.make_backup(tmp_path / "backups", BackupKey(passphrase=PASSPHRASE))

    with pytest.raises(services.BackupRefused, match="made by a newer version of Waymark"):
        services.rehearse(path, BackupKey(passphrase=PASSPHRASE))


def test_a_backup_that_differs_from_the_database_it_was_made_of_is_noticed(tmp_path: Path) -> None:
    path = services.make_backup(tmp_path / "backups", BackupKey(passphrase=PASSPHRASE))
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(BackupUnreadable):
        services.rehearse(path, BackupKey(passphrase=PASSPHRASE))

    assert not BackupRecord.objects.get(kind=BackupRecord.Kind.REHEARSAL).is_good


def test_a_backup_that_fails_leaves_no_file_and_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "backups"
    monkeypatch.setenv("BACKUP_PASSPHRASE", "short")

    with pytest.raises(CommandError, match="at least 12 characters"):
        call_command("backup", to=folder)

    assert list(folder.iterdir()) == []
    assert "at least 12 characters" in BackupRecord.objects.get(is_good=False).note


def test_backups_are_not_kept_in_the_folder_that_is_backed_up(files: Path) -> None:
    with pytest.raises(services.BackupRefused, match="Choose another one with --to"):
        services.make_backup(files / "backups", BackupKey(passphrase=PASSPHRASE))


def test_only_the_newest_backups_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    names = [f"waymark-2026-11-{day}T030000Z.backup" for day in (24, 25, 26)]
    for name in names:
        (folder / name).touch()
    (folder / "notes.txt").touch()

    services.delete_old(folder, keep=2)

    assert sorted(path.name for path in folder.iterdir()) == ["notes.txt", *names[1:]]


def test_two_commands_do_not_share_a_database_on_trial() -> None:
    """Otherwise an anonymised copy could be made of what another command has just loaded."""
    with (
        services.scratch_database("trial"),
        pytest.raises(services.InProgress, match="Another command"),
        services.scratch_database("trial"),
    ):
        pass

    with services.scratch_database("trial") as name:
        assert name == f"{connection.settings_dict['NAME']}_trial"


def test_a_restore_that_stops_halfway_sends_nothing_and_takes_over_no_secret_that_the_environment_overrides(
    tmp_path: Path,
) -> None:
    path = services.make_backup(tmp_path / "backups", BackupKey(passphrase=PASSPHRASE))
    home = tmp_path / "other"
    home.mkdir()
    (home / "waymark.env").write_text("SECRET_KEY=another-secret-of-the-new-machine\n")
    databases.clone("template0", ELSEWHERE)
    try:
        refused = restore_elsewhere(path, home, secret="a-secret-of-the-environment")
        assert "SECRET_KEY is not the one of the backup" in refused.stderr

        (home / "media" / "private").symlink_to(tmp_path / "missing")  # so that the files cannot be copied
        stopped = restore_elsewhere(path, home)
        assert stopped.returncode == 1
        with psycopg.connect(database_url(ELSEWHERE)) as restored:
            assert restored.execute("SELECT count(*) FROM core_outboxpause").fetchone() == (1,)
    finally:
        databases.drop(ELSEWHERE)


def test_what_a_killed_backup_has_left_is_deleted_by_a_later_one(tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / "backups"
    old, new = folder / ".waymark-old", folder / ".waymark-new"
    for scratch in (old, new):
        scratch.mkdir(parents=True)
        (scratch / "database.dump").touch()
    partial = folder / "waymark-2026-11-24T030000Z.partial"
    partial.touch()
    copy = folder / "anonymised-2026-11-24T030000Z.partial"
    copy.touch()
    home = tmp_path / "home"
    (home / ".waymark-for-a-bucket" / ".waymark-dump").mkdir(parents=True)
    settings.WAYMARK_HOME = home
    for remains in (old, partial, copy, home / ".waymark-for-a-bucket"):
        os.utime(remains, (0, 0))

    path = services.make_backup(folder, BackupKey(passphrase=PASSPHRASE))

    assert set(folder.iterdir()) == {new, path}
    assert list(home.iterdir()) == []
