"""How instants are written in the API's answers."""

from __future__ import annotations

from datetime import datetime

from scheduling.api import shown


def instant(at: datetime) -> str:
    found = shown(at)
    assert found is not None
    return found
