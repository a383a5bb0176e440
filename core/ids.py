"""Keys that sort by the time they were made (RFC 9562, version 7), and reading a key from text."""

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))


def parse_uuid(text: object) -> UUID | None:
    """The id that a form, an address or a header names; None for anything else."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
