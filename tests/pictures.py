"""Pictures for tests of uploads: with metadata, and large ones whose pixels are never in memory."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, PngImagePlugin

from core.images import ORIENTATION

PLACE = b"N52-31-GPS-PLACE"
FRAMES = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue", "green")]


def exif(orientation: int = 1) -> bytes:
    """Returns metadata with a place and the orientation of a camera."""
    facts = Image.Exif()
    facts[ORIENTATION] = orientation
    facts[0x010E] = PLACE.decode()  # the description
    facts[0x8825] = {1: "N", 2: (52.0, 31.0, 0.0)}  # the place
    return facts.tobytes()


def picture(kind: str, orientation: int = 1, *, is_animated: bool = False, **options: Any) -> bytes:
    """Returns a picture of 64 by 48 pixels that says in its metadata where it was taken."""
    buffer = io.BytesIO()
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", PLACE.decode())
        options["pnginfo"] = words
    if kind != "GIF":
        options["exif"] = exif(orientation)
    if is_animated:
        options |= {"save_all": True, "append_images": FRAMES[1:], "duration": 100}
    original = FRAMES[0] if is_animated else Image.effect_noise((64, 48), 40).convert("RGB")
    original.save(buffer, kind, comment=PLACE, xmp=b"<x>" + PLACE + b"</x>", **options)
    return buffer.getvalue()


def blank_png(width: int, height: int, *, has_alpha: bool = True) -> bytes:
    """Returns a PNG whose pixels are all zero, compressed to a few kilobytes."""
    row = bytes(1 + width * (4 if has_alpha else 3))
    compressor = zlib.compressobj(9)
    pixels = b"".join(compressor.compress(row) for _ in range(height)) + compressor.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 6 if has_alpha else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
