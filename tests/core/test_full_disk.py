"""A disk without room for a file is an outage, not an error of the site."""

from __future__ import annotations

import errno

from core.errors import Refusal
from core.outages import refusal_of_database


def test_a_full_disk_is_answered_like_an_outage() -> None:
    refused = refusal_of_database(OSError(errno.ENOSPC, "No space left on device"))

    assert refused is not None
    assert refused.refusal is Refusal.UNAVAILABLE
    assert refusal_of_database(OSError(errno.EACCES, "Permission denied")) is None
