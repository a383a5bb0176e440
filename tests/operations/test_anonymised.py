"""Anonymised copies: no real person is in them, and they can be restored and used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, models

from core.personal import registered
from operations.anonymised.rules import (
    CODES,
    IMPERSONAL,
    KEPT,
    WITHOUT_A_LINK,
    replaced_fields,
    replaced_models,
    unknown_models,
)
from operations.backups import archive, services
from operations.backups.encryption import BackupKey
from tests.cast import make_person
from tests.conventions.factories import FACTORIES
from tests.factories.accounts import BuilderProfileFactory

PASSPHRASE = "correct horse battery"
CODE = re.compile(r"[a-z_]+|[A-Z_]+|(?:[a-z_]+:)?[0-9a-f-]{36}|[\d.:TZ+-]*")
IS_TEXT = re.compile(r"[^\W\d_]")
REFERENCE = re.compile(r"[a-z_]+:[0-9a-f-]{36}")
SHORT = 3  # characters, which two different texts can share by chance


def test_it_is_known_of_every_model_whether_people_are_in_it() -> None:
    labels = {model._meta.label: model for model in replaced_models()}
    linked = {personal.model._meta.label for personal in registered()}

    assert unknown_models() == [], "register_personal(), or name it in operations/anonymised/rules.py"
    assert linked & (IMPERSONAL | WITHOUT_A_LINK) == set()
    assert labels.keys() >= WITHOUT_A_LINK
    for label, names in KEPT.items():
        assert names - CODES <= {field.name for field in labels[label]._meta.local_concrete_fields}, label


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.usefixtures("committed")
def test_a_copy_has_the_same_rows_and_no_text_of_a_person(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row of each model goes in. What anybody wrote, was called, or can be reached at does not come out."""
    monkeypatch.setenv("BACKUP_PASSPHRASE", PASSPHRASE)
    settings.MEDIA_HOME = tmp_path / "media"
    (settings.MEDIA_HOME / "private").mkdir(parents=True)
    (settings.MEDIA_HOME / "private" / "portrait.webp").write_bytes(b"picture")
    cleo = make_person("Cleo Park")
    BuilderProfileFactory.create(latitude="52.520008", longitude="13.404954")
    for factory in FACTORIES.values():
        factory.create()
    before = {model: texts_of(model, connection.cursor()) for model in replaced_models()}

    (tmp_path / "backups").mkdir()
    backups = [tmp_path / "backups" / f"waymark-2026-11-{day}T030000Z.backup" for day in (24, 25)]
    for backup in backups:
        backup.touch()

    call_command("backup", to=tmp_path / "backups", anonymise=True, keep=1)

    (path,) = set((tmp_path / "backups").iterdir()) - set(backups)
    assert all(backup.exists() for backup in backups), "only copies are counted and deleted"
    with (
        services.unpacked(path, BackupKey(passphrase=PASSPHRASE), tmp_path) as (folder, manifest),
        services.scratch_database("waymark_looked_at") as name,
    ):
        assert not any((folder / "media").rglob("*")), "no files"
        assert settings.SECRET_KEY not in (folder / "secrets.env").read_text()
        services.load(folder / archive.DATABASE, name)
        with psycopg.connect(**connection.get_connection_params() | {"dbname": name}) as copy:
            services.compare(manifest, services.count_rows(copy.cursor()))
            for model, texts in before.items():
                assert texts & texts_of(model, copy.cursor()) == set(), model._meta.label
            row = copy.execute("SELECT email, display_name FROM accounts_user WHERE id = %s", [cleo.pk]).fetchone()
            places = copy.execute(
                "SELECT latitude, longitude FROM accounts_builderprofile WHERE latitude > 52"
            ).fetchall()
            addresses = copy.execute("SELECT email FROM account_emailaddress WHERE user_id = %s", [cleo.pk]).fetchall()
    assert places == [(53, 13)], "not where somebody lives"
    assert row is not None
    assert row[0].endswith("@example.invalid")
    assert addresses in ([], [(row[0],)]), "the same address is the same everywhere"
    assert row[1] not in ("", "Cleo Park")


def texts_of(model: type[models.Model], cursor: Any) -> set[str]:
    """Returns the contents of the columns that are replaced, where they are long enough to be somebody's. Of JSON, the texts in
    it but for ids, dates and codes."""
    texts: set[str] = set()
    for field in replaced_fields(model):
        column, table = f'"{field.column}"', f'"{model._meta.db_table}"'
        if isinstance(field, models.JSONField):
            cursor.execute(
                f"SELECT item #>> '{{}}' FROM {table}, jsonb_path_query({column}, 'strict $.**') AS item WHERE jsonb_typeof(item) = 'string'"
            )
            texts |= {text for (text,) in cursor.fetchall() if not CODE.fullmatch(text)}
        else:
            cursor.execute(f"SELECT {column}::text FROM {table} WHERE length({column}::text) > {SHORT}")
            texts |= {text for (text,) in cursor.fetchall() if IS_TEXT.search(text) and not REFERENCE.fullmatch(text)}
    return texts
