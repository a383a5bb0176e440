"""Skills and what they need, as a graph: what comes before what, whether it runs in circles, and where to draw it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
ROUNDS = 8


def cycle(needs: Mapping[Key, Iterable[Key]]) -> list[Key]:
    """One circle of needs, from its first member back to it; empty where there is none."""
    done: set[Key] = set()
    for start in needs:
        path: list[Key] = []
        found = _walk(start, needs, path, done)
        if found:
            return found
    return []


def _walk(start: Key, needs: Mapping[Key, Iterable[Key]], path: list[Key], done: set[Key]) -> list[Key]:
    """Depth first, without recursion: a catalogue may be as deep as it likes."""
    stack = [(start, iter(needs.get(start, ())))]
    path.append(start)
    while stack:
        here, rest = stack[-1]
        step = next((each for each in rest if each not in done), None)
        if step is None:
            done.add(here)
            path.pop()
            stack.pop()
        elif step in path:
            return [*path[path.index(step) :], step]
        else:
            path.append(step)
            stack.append((step, iter(needs.get(step, ()))))
    return []


def depths(needs: Mapping[Key, Iterable[Key]]) -> dict[Key, int]:
    """How many steps lie before each, along the longest way. The graph runs in no circle."""
    found: dict[Key, int] = {}
    for start in needs:
        stack = [start]
        while stack:
            here = stack[-1]
            before = [each for each in needs.get(here, ()) if each in needs]
            open_ = [each for each in before if each not in found]
            if open_:
                stack.extend(open_)
                continue
            found[here] = max((found[each] + 1 for each in before), default=0)
            stack.pop()
    return found


@dataclass(frozen=True)
class Bend(Generic[Key]):
    """Where a line from one to the other passes through a row between them."""

    start: Key
    end: Key
    row: int


@dataclass(frozen=True)
class Layout(Generic[Key]):
    """Rows from top to bottom, each from left to right: the keys, and the bends of lines that pass between them."""

    rows: list[list[Key | Bend[Key]]]
    crossings: int

    def keys(self) -> list[list[Key]]:
        """The rows without the bends."""
        return [[each for each in row if not isinstance(each, Bend)] for row in self.rows]


def layered(needs: Mapping[Key, Sequence[Key]], tiers: Mapping[Key, int]) -> Layout[Key]:
    """Tier by tier, and within a tier by depth; each row ordered so that few lines cross."""
    bands: dict[tuple[int, int], list[Key]] = {}
    for tier in set(tiers.values()):
        own = {key: [each for each in needs[key] if tiers.get(each) == tier] for key in needs if tiers[key] == tier}
        for key, depth in depths(own).items():
            bands.setdefault((tier, depth), []).append(key)
    plain = [sorted(bands[band], key=str) for band in sorted(bands)]
    rows, joined = _bent(plain, needs)
    best, fewest = rows, crossings(rows, joined)
    follows = _turned(joined)
    for number in range(ROUNDS):
        rows = _swept(rows, joined) if number % 2 == 0 else _swept(rows[::-1], follows)[::-1]
        count = crossings(rows, joined)
        if count < fewest:
            best, fewest = rows, count
    return Layout(best, fewest)


Place = Any  # a key, or a bend
Joined = dict[Place, list[Place]]


def _bent(plain: list[list[Key]], needs: Mapping[Key, Sequence[Key]]) -> tuple[list[list[Place]], Joined]:
    """The rows with a bend in each one that a line passes, and what is joined to what then."""
    at = {key: number for number, row in enumerate(plain) for key in row}
    rows: list[list[Place]] = [list(row) for row in plain]
    joined: Joined = {key: [] for key in at}
    for key, row in at.items():
        for each in needs[key]:
            if each not in at:
                continue
            above: Place = each
            for number in range(at[each] + 1, row):
                bend = Bend(each, key, number)
                rows[number].append(bend)
                joined[bend] = [above]
                above = bend
            joined[key].append(above)
    return rows, joined


def _turned(needs: Joined) -> Joined:
    follows: Joined = {}
    for key, before in needs.items():
        for each in before:
            follows.setdefault(each, []).append(key)
    return follows


def _swept(rows: list[list[Place]], joined: Joined) -> list[list[Place]]:
    """Each row by the middle of what its members are joined to, in the rows before it."""
    placed: dict[Place, float] = {}
    swept = []
    for row in rows:
        wanted = {key: _middle([placed[each] for each in joined.get(key, ()) if each in placed]) for key in row}
        usual = {key: _at(number, row) for number, key in enumerate(row)}
        ordered = sorted(row, key=lambda key: (wanted[key] or usual[key], str(key)))
        placed |= {key: _at(number, row) for number, key in enumerate(ordered)}
        swept.append(ordered)
    return swept


def _middle(places: list[float]) -> float:
    """Zero for nothing: no place is there."""
    return sum(places) / len(places) if places else 0


def _at(number: int, row: list[Place]) -> float:
    return (number + 0.5) / len(row)


def crossings(rows: list[list[Place]], joined: Joined) -> int:
    """How many pairs of lines cross. Every line leads from a row to the next one."""
    at = {each: (number, place) for number, row in enumerate(rows) for place, each in enumerate(row)}
    count = 0
    for number in range(1, len(rows)):
        lines = [(at[above][1], at[each][1]) for each in rows[number] for above in joined[each]]
        count += sum(
            (one[0] - other[0]) * (one[1] - other[1]) < 0
            for first, one in enumerate(lines)
            for other in lines[first + 1 :]
        )
    return count
