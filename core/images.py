"""Pictures that people send: read with care, and written anew, so that nothing but the picture is kept."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

KINDS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 50_000_000


class BadImage(ValueError):
    """Not a picture that we take; the message is for the person who sent it."""


@dataclass(frozen=True)
class Picture:
    """Written anew, with its size in pixels."""

    content: ContentFile[bytes]
    width: int
    height: int


def square(upload: IO[bytes], *, side: int) -> ContentFile[bytes]:
    """The middle of the picture as a WebP of `side` by `side`, turned upright, without its metadata."""
    picture = _read(upload)
    return _written(ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS))


def shrunk(upload: IO[bytes], sides: Sequence[int]) -> list[Picture]:
    """The whole picture once for each of `sides`, its longer side no longer than that; read once."""
    picture, found = _read(upload), []
    for side in sides:
        small = (
            ImageOps.contain(picture, (side, side), Image.Resampling.LANCZOS) if max(picture.size) > side else picture
        )
        found.append(Picture(_written(small), small.width, small.height))
    return found


def _read(upload: IO[bytes]) -> Image.Image:
    """The size in the header is looked at before a single pixel is unpacked."""
    upload.seek(0, 2)
    if upload.tell() > MOST_BYTES:
        raise BadImage(f"The picture is larger than {MOST_BYTES // 1024 // 1024} MB. Choose a smaller one.")
    upload.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(upload, formats=KINDS)
            if picture.width * picture.height > MOST_PIXELS:
                raise BadImage("The picture has more than 50 million pixels. Choose a smaller one.")
            upright = ImageOps.exif_transpose(picture)
            return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except BadImage:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadImage("This file is not a picture that we can read. Choose a JPEG, PNG or WebP file.") from None
    except Exception:  # noqa: BLE001  (a broken file can break a decoder in any way it likes)
        raise BadImage("This picture is damaged. Save it again, or choose another one.") from None


def _written(picture: Image.Image) -> ContentFile[bytes]:
    buffer = BytesIO()
    picture.save(buffer, "WEBP", quality=84, method=4)
    return ContentFile(buffer.getvalue())
