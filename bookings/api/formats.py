"""Formats times in the API's answers."""

from __future__ import annotations

from datetime import datetime

from scheduling.api import shown


def instant(at: datetime) -> str:
    text = shown(at)
    assert text is not None
    return text
