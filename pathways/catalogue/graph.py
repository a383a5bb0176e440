"""The graph of skills and their prerequisites: finds circles, computes depths, and lays it out in rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
SWEEPS = 8  # how many times rows are sorted to reduce crossings


def cycle(needs: Mapping[Key, Iterable[Key]]) -> list[Key]:
    """Returns one circle of prerequisites, first member repeated at the end; empty where there is none."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle: list[Key] = error.args[1]  # each member is a prerequisite of the next
        return circle[::-1]
    return []


def describe_circle(names: Iterable[object]) -> str:
    """Returns a sentence that names the members of a circle, the first one again at the end."""
    return f"These skills would depend on each other: {' needs '.join(map(str, names))}."


def depths(needs: Mapping[Key, Iterable[Key]]) -> dict[Key, int]:
    """Returns the length of the longest chain of prerequisites before each key. The graph must have no circle."""
    depth_of: dict[Key, int] = {}
    for key in TopologicalSorter(needs).static_order():
        if key in needs:
            depth_of[key] = max((depth_of[need] + 1 for need in needs[key] if need in needs), default=0)
    return depth_of


@dataclass(frozen=True)
class Bend(Generic[Key]):
    """The point where a line from `start` to `end` passes through a row between them."""

    start: Key
    end: Key
    row: int


@dataclass(frozen=True)
class Layout(Generic[Key]):
    """Rows from top to bottom, each from left to right, of keys and of bends of the lines that pass between them."""

    rows: list[list[Key | Bend[Key]]]
    crossings: int

    def keys(self) -> list[list[Key]]:
        """Returns the rows without the bends."""
        return [[key for key in row if not isinstance(key, Bend)] for row in self.rows]


def layered(needs: Mapping[Key, Sequence[Key]], tiers: Mapping[Key, int]) -> Layout[Key]:
    """Lays out the graph in rows by tier, and within a tier by depth, each row sorted so that few lines cross."""
    bands: dict[tuple[int, int], list[Key]] = {}
    for tier in set(tiers.values()):
        own = {key: [need for need in needs[key] if tiers.get(need) == tier] for key in needs if tiers[key] == tier}
        for key, depth in depths(own).items():
            bands.setdefault((tier, depth), []).append(key)
    plain = [sorted(bands[band], key=str) for band in sorted(bands)]
    rows, edges = _add_bends(plain, needs)
    best, fewest = rows, crossings(rows, edges)
    follows = _reversed(edges)
    for number in range(SWEEPS):
        rows = _sort_rows(rows, edges) if number % 2 == 0 else _sort_rows(rows[::-1], follows)[::-1]
        count = crossings(rows, edges)
        if count < fewest:
            best, fewest = rows, count
    return Layout(best, fewest)


Node = Any  # a key or a bend
Edges = dict[Node, list[Node]]


def _add_bends(plain: list[list[Key]], needs: Mapping[Key, Sequence[Key]]) -> tuple[list[list[Node]], Edges]:
    """Returns the rows with a bend wherever a line passes through a row, and the edges between adjacent rows."""
    at = {key: number for number, row in enumerate(plain) for key in row}
    rows: list[list[Node]] = [list(row) for row in plain]
    edges: Edges = {key: [] for key in at}
    for key, row in at.items():
        for need in needs[key]:
            if need not in at:
                continue
            above: Node = need
            for number in range(at[need] + 1, row):
                bend = Bend(need, key, number)
                rows[number].append(bend)
                edges[bend] = [above]
                above = bend
            edges[key].append(above)
    return rows, edges


def _reversed(needs: Edges) -> Edges:
    follows: Edges = {}
    for key, before in needs.items():
        for need in before:
            follows.setdefault(need, []).append(key)
    return follows


def _sort_rows(rows: list[list[Node]], edges: Edges) -> list[list[Node]]:
    """Sorts each row by the mean position of the neighbours of its nodes in the row before it."""
    placed: dict[Node, float] = {}
    sorted_rows = []
    for row in rows:
        wanted = {
            key: _mean([placed[neighbour] for neighbour in edges.get(key, ()) if neighbour in placed]) for key in row
        }
        usual = {key: _position(number, row) for number, key in enumerate(row)}
        ordered = sorted(row, key=lambda key: (wanted[key] or usual[key], str(key)))
        placed |= {key: _position(number, row) for number, key in enumerate(ordered)}
        sorted_rows.append(ordered)
    return sorted_rows


def _mean(places: list[float]) -> float:
    """Returns the mean, or 0 for an empty list; no position is 0."""
    return sum(places) / len(places) if places else 0


def _position(number: int, row: list[Node]) -> float:
    return (number + 0.5) / len(row)


def crossings(rows: list[list[Node]], edges: Edges) -> int:
    """Returns how many pairs of lines cross. Every line leads from a row to the next one."""
    at = {node: (number, place) for number, row in enumerate(rows) for place, node in enumerate(row)}
    count = 0
    for number in range(1, len(rows)):
        lines = [(at[above][1], at[node][1]) for node in rows[number] for above in edges[node]]
        count += sum(
            (line[0] - other[0]) * (line[1] - other[1]) < 0
            for first, line in enumerate(lines)
            for other in lines[first + 1 :]
        )
    return count
