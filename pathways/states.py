"""Where a skill stands for somebody: worked out from what comes before it and what they have done. Nothing is read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import TextChoices

Key = TypeVar("Key", bound=Hashable)


class SkillState(TextChoices):
    LOCKED = "LOCKED", "Locked"
    AVAILABLE = "AVAILABLE", "Open to you"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    COMPLETED = "COMPLETED", "Completed"


def missing(needs: Iterable[Key], completed: Collection[Key]) -> list[Key]:
    """What still has to come before it."""
    return [each for each in needs if each not in completed]


def state_of(key: Key, needs: Iterable[Key], begun: Collection[Key], completed: Collection[Key]) -> SkillState:
    """What is completed stays so, whatever the catalogue asks for since; what lacks something is locked."""
    if key in completed:
        return SkillState.COMPLETED
    if missing(needs, completed):
        return SkillState.LOCKED
    return SkillState.IN_PROGRESS if key in begun else SkillState.AVAILABLE


def percent(done: int, total: int) -> int:
    """Whole ones, and 100 only for all of it."""
    return done * 100 // total if total else 0


def opened_by(needs: Mapping[Key, Collection[Key]]) -> dict[Key, int]:
    """How many others each one is needed for, however far down the line."""
    above = {key: set(before) for key, before in needs.items()}
    while True:
        wider = {
            key: {*before, *(far for each in before for far in above.get(each, ()))} for key, before in above.items()
        }
        if wider == above:
            break
        above = wider
    return {key: sum(key in before for before in above.values()) for key in needs}


def best(keys: Iterable[Key], rank: Callable[[Key], Any]) -> Key | None:
    """The one that comes first."""
    return min(keys, key=rank, default=None)
