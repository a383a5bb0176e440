"""Videos that people send do not tell where they were taken."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.uploads import BadUpload, accepted
from tests.core.videos import PICTURES, PLACE, box, track, video


@pytest.mark.parametrize("name", ["beach.mov", "beach.mp4"])
def test_a_video_loses_its_place_and_nothing_in_it_moves(name: str) -> None:
    content = video(track(b"avc1"), track(b"mebx", b"com.apple.quicktime.video-orientation"))

    stored = accepted(SimpleUploadedFile(name, content)).read()

    assert PLACE not in stored
    assert len(stored) == len(content)
    assert stored.index(PICTURES) == content.index(PICTURES)
    assert stored.count(b"free") == content.count(PLACE)


@pytest.mark.parametrize(
    ("description", "more"), [(b"gpmd", b""), (b"camm", b""), (b"mebx", b"com.apple.quicktime.location.ISO6709")]
)
def test_a_video_with_a_track_of_places_is_refused_with_what_to_do(description: bytes, more: bytes) -> None:
    with pytest.raises(BadUpload, match="Export it without location"):
        accepted(SimpleUploadedFile("ride.mp4", video(track(b"avc1"), track(description, more))))


@pytest.mark.parametrize("content", [b"no boxes at all", bytes(40), box(b"moov", b"\xff" * 9), b"\0\0\0\1moov\0"])
def test_what_is_damaged_is_stored_as_it_was_sent(content: bytes) -> None:
    assert accepted(SimpleUploadedFile("a.mp4", io.BytesIO(content).read())).read() == content
