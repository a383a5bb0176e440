"""Which pages staff may open while they act as a person: those that are registered here, and no others."""

from __future__ import annotations

from collections.abc import Iterable

_allowed: set[str] = set()


def allow_while_acting(names: Iterable[str]) -> None:
    """Registers pages by their URL names, such as `app:page`."""
    _allowed.update(names)


def is_allowed_while_acting(name: str) -> bool:
    return name in _allowed


def allowed_while_acting() -> frozenset[str]:
    return frozenset(_allowed)
