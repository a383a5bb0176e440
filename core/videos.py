"""Removes from MP4 and QuickTime videos where and with what they were taken, without encoding them again.

Such a file is a tree of boxes with a length and a name each. What phones write about a video is in boxes beside its
pictures and sounds; these are overwritten with zeros and renamed to `free`, so that nothing in the file moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NamedTuple

BRANCHES = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
FACTS = frozenset({b"udta", b"meta", b"uuid"})
PATHS = (b"gpmd", b"camm")  # tracks in which cameras write the place of each second
MOST_BOXES = 20_000
CHUNK = 1 << 16


class BadVideo(ValueError):
    """The video is not accepted; the message is shown to the person."""


class Box(NamedTuple):
    kind: bytes
    start: int
    content: int  # where it begins
    end: int


def without_place(file: IO[bytes]) -> bool:
    """Overwrites what the file says about its video; returns whether there was any. Raises BadVideo for a video with a
    track of places, since that runs through the whole file."""
    end = file.seek(0, 2)
    is_changed = False
    waiting = list(_boxes(file, 0, end))
    for count, box in enumerate(waiting):  # grows meanwhile
        if count > MOST_BOXES:
            raise BadVideo("This video has too many parts for us to read. Put it into a .zip, or send a link.")
        if box.kind in FACTS:
            is_changed |= _overwrite(file, box)
        elif box.kind == b"stsd":
            _refuse_places(file, box)
        elif box.kind in BRANCHES:
            waiting.extend(_boxes(file, box.content, box.end))
    file.seek(0)
    return is_changed


def _boxes(file: IO[bytes], start: int, end: int) -> Iterator[Box]:
    """Yields the boxes one after another. What is damaged ends them, as it does for players."""
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        size, kind, content = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, content = int.from_bytes(head[8:16], "big"), start + 16
        if size == 0:
            size = end - start
        if start + size < content:
            return
        yield Box(kind, start, content, min(start + size, end))
        start += size


def _overwrite(file: IO[bytes], box: Box) -> bool:
    file.seek(box.start + 4)
    file.write(b"free")
    file.seek(box.content)
    left = box.end - box.content
    while left > 0:
        left -= file.write(bytes(min(left, CHUNK)))
    return True


def _refuse_places(file: IO[bytes], box: Box) -> None:
    """Refuses a track whose description says that it holds places: of an action camera, or of a phone."""
    file.seek(box.content)
    description = file.read(min(box.end - box.content, CHUNK))
    kind = description[12:16]
    if kind in PATHS or (kind == b"mebx" and b"location" in description):
        raise BadVideo(
            "This video tells where it was taken, second by second. Export it without location, put it into a .zip, or "
            "send a link."
        )
