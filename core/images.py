"""Reads pictures that people upload and encodes them again, so that metadata and anything hidden in them is dropped."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 50_000_000


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
    picture = _read(upload)
    return _encoded(ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS))


def shrunk(upload: IO[bytes], sides: Sequence[int]) -> list[Picture]:
    """Returns the whole picture in several sizes: for each of `sides`, its longer side is at most that many pixels."""
    picture, pictures = _read(upload), []
    for side in sides:
        small = (
            ImageOps.contain(picture, (side, side), Image.Resampling.LANCZOS) if max(picture.size) > side else picture
        )
        pictures.append(Picture(_encoded(small), small.width, small.height))
    return pictures


def _read(upload: IO[bytes]) -> Image.Image:
    """Returns the picture, turned upright. Checks the size in its header before it decodes any pixels."""
    upload.seek(0, 2)
    if upload.tell() > MAX_BYTES:
        raise BadImage(f"The picture is larger than {MAX_BYTES // 1024 // 1024} MB. Choose a smaller one.")
    upload.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(upload, formats=FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise BadImage("The picture has more than 50 million pixels. Choose a smaller one.")
            upright = ImageOps.exif_transpose(picture)
            return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except BadImage:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadImage("This file is not a picture that we can read. Choose a JPEG, PNG or WebP file.") from None
    except Exception:  # noqa: BLE001  (a broken file can make a decoder raise anything)
        raise BadImage("This picture is damaged. Save it again, or choose another one.") from None


def _encoded(picture: Image.Image) -> ContentFile[bytes]:
    buffer = BytesIO()
    picture.save(buffer, "WEBP", quality=84, method=4)
    return ContentFile(buffer.getvalue())
