"""Tests of the first bytes by which uploaded files are accepted or refused."""

from __future__ import annotations

import io
import wave
import zipfile
from collections.abc import Callable

import filetype
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.uploads import SIGNED, BadUpload, checked


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, kind)
    return buffer.getvalue()


def recording() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(100))
    return buffer.getvalue()


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as files:
        files.writestr("word/document.xml", "<xml/>")
    return buffer.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "a.png": lambda: picture("PNG"),
    "a.jpg": lambda: picture("JPEG"),
    "a.JPEG": lambda: picture("JPEG"),
    "a.gif": lambda: picture("GIF"),
    "a.webp": lambda: picture("WEBP"),
    "a.wav": recording,
    "a.zip": archive,
    "a.docx": archive,
    "a.pdf": lambda: b"%PDF-1.7\n",
    "a.flac": lambda: b"fLaC\0\0\0\x22",
    "a.mid": lambda: b"MThd\0\0\0\6",
    "a.psd": lambda: b"8BPS\0\1",
    "no fixed beginning.mp3": lambda: b"\xff\xfa\x90\x44",
    "a brand that filetype lacks.mp4": lambda: b"\0\0\0\x18ftypiso5",
    "notes.txt": lambda: b"BMW R80, what it needs",
}


@pytest.mark.parametrize("name", FILES)
def test_real_files_are_accepted_and_can_be_read_from_the_start(name: str) -> None:
    content = FILES[name]()

    assert checked(SimpleUploadedFile(name, content)).read() == content


@pytest.mark.parametrize("suffix", SIGNED)
def test_other_files_under_the_name_of_a_kind_are_refused(suffix: str) -> None:
    with pytest.raises(BadUpload, match=f"This is not a {suffix} file"):
        checked(SimpleUploadedFile(f"a{suffix}", b"<html><script>alert(1)</script>"))


@pytest.mark.parametrize(("name", "content"), [("a.webp", recording()), ("a.wav", picture("WEBP"))])
def test_pictures_and_recordings_in_the_same_container_are_told_apart(name: str, content: bytes) -> None:
    with pytest.raises(BadUpload):
        checked(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    "content", [b"MZ\x90\0", b"\x7fELF\2", b"#!/bin/sh\n", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe"]
)
@pytest.mark.parametrize("name", ["a.txt", "a.mp3", "a.pdf"])
def test_programs_are_refused_under_any_name(name: str, content: bytes) -> None:
    with pytest.raises(BadUpload):
        checked(SimpleUploadedFile(name, content + bytes(64)))


def test_filetype_knows_each_kind_with_fixed_first_bytes() -> None:
    assert [name for name in SIGNED.values() if filetype.get_type(ext=name) is None] == []
