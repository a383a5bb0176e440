"""UUIDs of version 7 (RFC 9562), which sort by the time they were created, and reading a UUID from text."""

import secrets
import time
from datetime import datetime
from uuid import UUID


def uuid7() -> UUID:
    milliseconds, chance = time.time_ns() // 1_000_000, secrets.randbits(74)
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (chance >> 62) << 64
    return UUID(int=value | 0b10 << 62 | chance & (1 << 62) - 1)


def first_uuid7_at(instant: datetime) -> UUID:
    """Returns the lowest UUID that can have been created at this instant, to compare keys with times."""
    return UUID(int=(int(instant.timestamp() * 1000) & (1 << 48) - 1) << 80)


def parse_uuid(text: object) -> UUID | None:
    """Returns the UUID in a form, an address or a header; None for any other text."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
