"""What needs a builder's attention, such as a calendar that cannot be read. Each app registers its checks in
`apps.ready()`; the dashboard shows what they return, each with the page that solves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AttentionItem:
    """One line on the dashboard: what is wrong, since or until when, and the link that solves it."""

    icon: str
    text: str
    url: str
    action: str
    at: datetime | None = None  # shown after the text


AttentionCheck = Callable[[Any, datetime], Iterable[AttentionItem]]
_checks: dict[str, AttentionCheck] = {}


def register_attention(name: str, check: AttentionCheck) -> None:
    """Registers `check(builder, now)`, which returns what needs attention. It takes one query."""
    _checks[name] = check


def attention_for(builder: Any, now: datetime) -> list[AttentionItem]:
    """Returns all that needs the builder's attention now. One query for each registered check."""
    return [item for check in _checks.values() for item in check(builder, now)]
