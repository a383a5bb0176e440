"""Reads pictures that people upload and encodes them again, so that metadata and anything hidden in them is dropped.

A small file can decode to hundreds of megabytes. So the pixels are limited, a JPEG is decoded at a reduced size where
only a small picture is needed, and a process decodes one picture at a time.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, JpegImagePlugin, UnidentifiedImageError

from core.errors import Refusal, Refused

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 24_000_000
MAX_PIXELS_OF_ALL_FRAMES = 48_000_000
MAX_FRAMES = 2000
MOST_WAITING = 4  # requests that decode a picture or wait for it, in one process
WAIT_SECONDS = 10
ORIENTATION = 0x0112  # the EXIF tag
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
# What decides how the pixels look. Everything else that a file says about its picture is dropped.
KEPT_FACTS = frozenset({"transparency", "icc_profile", "gamma", "duration", "loop", "background", "disposal", "blend"})
_places = threading.BoundedSemaphore(MOST_WAITING)
_decoder = threading.Lock()


class BadImage(ValueError):
    """The file is not a picture that we accept; the message is shown to the person."""


@dataclass(frozen=True)
class Picture:
    """A picture encoded again as WebP, with its size in pixels."""

    content: ContentFile[bytes]
    width: int
    height: int


def square(upload: IO[bytes], *, side: int) -> ContentFile[bytes]:
    """Returns the middle of the picture as a WebP of `side` by `side` pixels, turned upright, without metadata."""
    with _one_at_a_time(), _opened(upload, FORMATS, MAX_BYTES) as picture:
        return _encoded(ImageOps.fit(_decoded(picture, side), (side, side), Image.Resampling.LANCZOS))


def shrunk(upload: IO[bytes], sides: Sequence[int]) -> list[Picture]:
    """Returns the whole picture in several sizes: for each of `sides`, its longer side is at most that many pixels."""
    pictures = []
    with _one_at_a_time(), _opened(upload, FORMATS, MAX_BYTES) as original:
        picture = _decoded(original, max(sides))
        for side in sides:
            if max(picture.size) > side:
                small = ImageOps.contain(picture, (side, side), Image.Resampling.LANCZOS)
            else:
                small = picture
            pictures.append(Picture(_encoded(small), small.width, small.height))
    return pictures


def rewritten(upload: IO[bytes]) -> ContentFile[bytes]:
    """Returns the same picture in the same format and size, turned upright, without metadata.

    A PNG, a GIF and a lossless WebP keep each pixel. A JPEG keeps its quality: it is encoded with its own tables.
    """
    with _one_at_a_time(), _opened(upload, (*FORMATS, "GIF"), None) as picture:
        options = _options(picture, upload)
        if _count_frames(picture) > 1:
            options["save_all"] = True
            upright = picture
        else:
            turn = _turn_of(picture)
            upright = picture.transpose(turn) if turn is not None else picture
        upright.load()
        upright.info = {name: value for name, value in upright.info.items() if name in KEPT_FACTS}
        buffer = BytesIO()
        # Pillow would otherwise take these from the original.
        upright.save(buffer, exif=b"", xmp=b"", comment=b"", **options)
        return ContentFile(buffer.getvalue())


def has_metadata(file: IO[bytes]) -> bool:
    """Whether the picture says anything about itself that `rewritten` would drop, such as where it was taken."""
    with _one_at_a_time(), _opened(file, (*FORMATS, "GIF"), None) as picture:
        texts = getattr(picture, "text", {})
        known = {"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "Raw profile type exif", "mp"}
        return bool(picture.getexif() or texts or known & set(picture.info) or picture.format == "MPO")


def _options(picture: Any, upload: IO[bytes]) -> dict[str, Any]:
    """Returns how to encode a picture so that it loses no quality that can be seen."""
    if isinstance(
        picture, JpegImagePlugin.JpegImageFile
    ):  # also the MPO of telephones, which has further pictures in it
        return {
            "format": "JPEG",
            "qtables": picture.quantization,
            "subsampling": JpegImagePlugin.get_sampling(picture),
        }
    if picture.format == "WEBP":
        upload.seek(0)
        return {"format": "WEBP", "quality": 95, "lossless": b"VP8L" in upload.read(4096)}
    return {"format": picture.format}


def _count_frames(picture: Any) -> int:
    """Returns how many frames an animation has, 1 for other pictures. Refuses more pixels than can be written again."""
    if picture.format not in ("GIF", "PNG", "WEBP"):
        return 1
    most = min(MAX_FRAMES, MAX_PIXELS_OF_ALL_FRAMES // (picture.width * picture.height))
    count = 1 if picture.format == "GIF" else int(getattr(picture, "n_frames", 1))
    if picture.format == "GIF":  # its frames have no number in the header
        try:
            while count <= most:
                picture.seek(count)
                count += 1
        except EOFError:
            pass
        picture.seek(0)
    if count > max(most, 1):
        raise BadImage("This animation is too long for us to process. Send it as a .zip file or as a link.")
    return count


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Waits until no other thread of this process decodes a picture. Refuses after ten seconds, and at once where some
    wait already, so that pictures never take all threads of the site."""
    busy = Refused(
        Refusal.UNAVAILABLE, "We are busy with other pictures right now. Send yours again in a moment.", retry_after=5
    )
    if not _places.acquire(blocking=False):
        raise busy
    try:
        if not _decoder.acquire(timeout=WAIT_SECONDS):
            raise busy
        try:
            yield
        finally:
            _decoder.release()
    finally:
        _places.release()


@contextmanager
def _opened(upload: IO[bytes], formats: tuple[str, ...], most_bytes: int | None) -> Iterator[Image.Image]:
    """Yields the picture after checking the size in its header, before any pixels are decoded. What a decoder raises
    inside it becomes BadImage."""
    upload.seek(0, 2)
    if most_bytes is not None and upload.tell() > most_bytes:
        raise BadImage(f"The picture is larger than {most_bytes // 1024 // 1024} MB. Choose a smaller one.")
    upload.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(upload, formats=formats)
            if picture.width * picture.height > MAX_PIXELS:
                raise BadImage(
                    f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels. Choose a smaller one."
                )
            yield picture
    except BadImage:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadImage("This file is not a picture that we can read. Choose a JPEG, PNG or WebP file.") from None
    except Exception:  # noqa: BLE001  (a broken file can make a decoder raise anything)
        raise BadImage("This picture is damaged. Save it again or choose another one.") from None


def _decoded(picture: Image.Image, side: int) -> Image.Image:
    """Returns the picture turned upright, at a size from which one with sides of `side` pixels can be made.

    A JPEG is decoded at a half, a quarter or an eighth of its size where that is enough. Others are reduced before they
    are turned, so that there is never a second picture of full size.
    """
    picture.draft("RGB", (side, side))
    picture.load()
    turn = _turn_of(picture)
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode != mode:
        picture = picture.convert(mode)
    scale = 2 * side / min(picture.size)
    if scale < 1:
        width, height = (max(1, round(length * scale)) for length in picture.size)
        picture = picture.resize((width, height), Image.Resampling.BOX)
    return picture.transpose(turn) if turn is not None else picture


def _turn_of(picture: Image.Image) -> Image.Transpose | None:
    """Returns how to turn a picture upright, as its metadata says; None where it is."""
    return TURNS.get(picture.getexif().get(ORIENTATION, 1))


def _encoded(picture: Image.Image) -> ContentFile[bytes]:
    buffer = BytesIO()
    picture.save(buffer, "WEBP", quality=84, method=4)
    return ContentFile(buffer.getvalue())
