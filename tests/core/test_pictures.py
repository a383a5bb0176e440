"""Pictures that people send are written anew without metadata, and cannot take the memory or the threads of the site."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from config.embedded.paths import PROJECT
from core import images
from core.errors import Refusal, Refused
from core.images import BadImage, rewritten
from core.uploads import BadUpload, accepted
from tests.pictures import PLACE, blank_png, picture


def sent(name: str, content: bytes) -> Any:
    return accepted(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP"), ("a.gif", "GIF")])
@pytest.mark.parametrize("is_animated", [False, True])
def test_a_picture_loses_its_metadata_and_keeps_format_and_size(name: str, kind: str, is_animated: bool) -> None:
    is_animated = is_animated and kind != "JPEG"
    content = picture(kind, is_animated=is_animated)
    assert PLACE in content

    file = sent(name, content)

    stored = file.read()
    result = Image.open(io.BytesIO(stored))
    assert PLACE not in stored
    assert len(result.getexif()) == 0
    assert (file.name, file.size, result.format, result.size) == (name, len(stored), kind, (64, 48))
    assert getattr(result, "n_frames", 1) == (3 if is_animated else 1)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_lossless_picture_keeps_every_pixel(kind: str) -> None:
    content = picture(kind, **({"lossless": True} if kind == "WEBP" else {}))

    result = Image.open(rewritten(io.BytesIO(content)))

    assert result.convert("RGB").tobytes() == Image.open(io.BytesIO(content)).convert("RGB").tobytes()


def test_a_jpeg_keeps_its_quality() -> None:
    content = picture("JPEG", quality=93)

    result = Image.open(rewritten(io.BytesIO(content)))

    assert result.quantization == Image.open(io.BytesIO(content)).quantization  # type: ignore[attr-defined]  # a JPEG's


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_picture_that_lies_on_its_side_is_stored_upright(orientation: int) -> None:
    assert Image.open(rewritten(io.BytesIO(picture("JPEG", orientation)))).size == (48, 64)
    (small,) = images.shrunk(io.BytesIO(picture("JPEG", orientation)), [32])
    assert (small.width, small.height) == (24, 32)


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_a_damaged_picture_is_refused(name: str) -> None:
    content = picture("JPEG" if name == "a.jpg" else "PNG")

    with pytest.raises(BadUpload, match=r"damaged|can read"):
        sent(name, content[: len(content) // 2])


@pytest.mark.parametrize("name", ["a.heic", "a.avif", "a.tiff"])
def test_pictures_that_cannot_be_written_anew_are_refused(name: str) -> None:
    with pytest.raises(BadUpload, match="Save it as JPEG or PNG and add that"):
        sent(name, b"\0\0\0\x18ftypheic")


def test_more_than_24_million_pixels_are_refused_before_they_are_decoded() -> None:
    content = blank_png(7050, 7050)
    assert len(content) < 250_000

    with pytest.raises(BadImage, match="24 million pixels"):
        rewritten(io.BytesIO(content))
    with pytest.raises(BadImage, match="24 million pixels"):
        images.square(io.BytesIO(content), side=100)


def test_an_animation_is_refused_where_its_frames_have_too_many_pixels() -> None:
    buffer = io.BytesIO()
    frames = [Image.new("P", (4000, 4000), colour) for colour in range(4)]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])

    with pytest.raises(BadImage, match="animation"):
        rewritten(buffer)


def test_who_sends_a_picture_while_many_are_read_is_asked_to_come_back() -> None:
    content, results = picture("PNG"), []

    def send() -> None:
        try:
            rewritten(io.BytesIO(content))
        except Refused as error:
            results.append(error.refusal)

    with images._decoder:  # another thread is decoding
        waiting = [threading.Thread(target=send) for _ in range(images.MOST_WAITING)]
        for thread in waiting:
            thread.start()
        while images._places._value:
            threading.Event().wait(0.01)
        send()
    for thread in waiting:
        thread.join()

    assert results == [Refusal.UNAVAILABLE], "the others had their turn"


READ_FOUR_AT_ONCE = """
import io, resource, sys, threading
import django
django.setup()
from core.images import rewritten, shrunk, square
from tests.pictures import PLACE, blank_png, picture

content = blank_png(6000, 4000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
work = [
    lambda: rewritten(io.BytesIO(content)), lambda: shrunk(io.BytesIO(content), [1600, 640]),
    lambda: square(io.BytesIO(content), side=320), lambda: rewritten(io.BytesIO(content)),
]
threads = [threading.Thread(target=task) for task in work]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print((after - before) // (1024 if sys.platform == "linux" else 1024 * 1024))
"""


@pytest.mark.slow
def test_four_pictures_at_once_take_less_than_400_megabytes() -> None:
    child = subprocess.run(
        [sys.executable, "-c", READ_FOUR_AT_ONCE], capture_output=True, text=True, check=True, cwd=PROJECT, timeout=120
    )

    assert int(child.stdout) < 400
