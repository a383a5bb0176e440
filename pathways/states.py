"""Computes the state of skills from their prerequisites and a client's progress. Plain values only, no queries."""

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
    """Returns the prerequisites that are not completed, in order."""
    return [key for key in needs if key not in completed]


def state_of(key: Key, needs: Iterable[Key], begun: Collection[Key], completed: Collection[Key]) -> SkillState:
    """Returns the state of a skill. One that is completed or begun stays so when it gets new prerequisites later."""
    if key in completed:
        return SkillState.COMPLETED
    if key in begun:
        return SkillState.IN_PROGRESS
    return SkillState.LOCKED if missing(needs, completed) else SkillState.AVAILABLE


def percent(done: int, total: int) -> int:
    """Returns whole per cent, rounded down, so that 100 means that nothing of the total is missing.

    The total leaves out skills that were added after the client began until they complete them, so that no percentage
    falls when a pathway grows.
    """
    return done * 100 // total if total else 0


def opened_by(needs: Mapping[Key, Collection[Key]]) -> dict[Key, int]:
    """Returns how many other skills each one is a prerequisite of, directly or through others."""
    above = {key: set(before) for key, before in needs.items()}
    while True:
        wider = {
            key: {*before, *(far for need in before for far in above.get(need, ()))} for key, before in above.items()
        }
        if wider == above:
            break
        above = wider
    return {key: sum(key in before for before in above.values()) for key in needs}


def best(keys: Iterable[Key], rank: Callable[[Key], Any]) -> Key | None:
    """Returns the key with the lowest rank, or None where there are no keys."""
    return min(keys, key=rank, default=None)
