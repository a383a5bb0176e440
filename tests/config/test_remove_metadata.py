"""Files that were stored with metadata, by an earlier release, are stored anew without it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command

from tests.core.videos import PLACE as PLACE_OF_VIDEO
from tests.core.videos import track, video
from tests.factories.pathways import EvidenceFactory
from tests.pictures import PLACE, picture

pytestmark = pytest.mark.django_db


def run() -> str:
    out = io.StringIO()
    call_command("remove_metadata", stdout=out)
    return out.getvalue()


def test_pictures_and_videos_are_stored_anew_once(django_capture_on_commit_callbacks: Any) -> None:
    photo = EvidenceFactory.create(file=ContentFile(picture("JPEG"), "beach.jpg"), name="beach.jpg", size=1)
    film = EvidenceFactory.create(file=ContentFile(video(track(b"avc1")), "beach.mov"), name="beach.mov", size=1)
    notes = EvidenceFactory.create(file=ContentFile(b"Notes", "notes.txt"), name="notes.txt", size=5)
    storage, former = photo.file.storage, [photo.file.name, film.file.name]

    with django_capture_on_commit_callbacks(execute=True):
        assert run().startswith("2 files were stored anew")
    assert run().startswith("0 files were stored anew")

    for row, place in ((photo, PLACE), (film, PLACE_OF_VIDEO)):
        row.refresh_from_db()
        content = row.file.read()
        assert place not in content
        assert row.size == len(content)
    assert not any(storage.exists(str(name)) for name in former)
    notes.refresh_from_db()
    assert notes.file.read() == b"Notes"


def test_a_picture_that_cannot_be_read_is_named_and_left() -> None:
    damaged = EvidenceFactory.create(file=ContentFile(b"\xff\xd8 no picture", "a.jpg"), name="a.jpg", size=1)

    words = run()

    assert f"pathways.Evidence {damaged.pk}: This file is not a picture" in words
    assert words.endswith("0 files were stored anew, 1 could not be read.\n")
