"""Videos for tests of uploads, as boxes in the order in which phones write them."""

from __future__ import annotations

PLACE = b"+52.5200+013.4050/"
PICTURES = b"pictures and sounds"


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def video(*tracks: bytes) -> bytes:
    """Returns the boxes of a video as a phone writes them: the place once for all, in Apple's way and in another."""
    facts = box(b"udta", box(b"\xa9xyz", PLACE)), box(b"meta", box(b"ilst", PLACE))
    return (
        box(b"ftyp", b"qt  ")
        + box(b"mdat", PICTURES)
        + box(b"moov", box(b"mvhd", bytes(8)), *facts, *tracks)
        + box(b"uuid", PLACE)
    )


def track(description: bytes, more: bytes = b"") -> bytes:
    described = box(b"stsd", bytes(8), box(description, more))
    return box(b"trak", box(b"udta", PLACE), box(b"mdia", box(b"minf", box(b"stbl", described))))
