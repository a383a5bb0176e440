"""A pathway's skills as a drawing: boxes in rows by tier, with a line from each to what it opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pathways import graph
from pathways.models import Pathway, Skill

BOX, HIGH, GAP, ROW_GAP, BAND, EDGE = 168, 58, 22, 46, 34, 14  # in the drawing's own units
THIN = 16  # what a line takes up that passes through a row
LONGEST_LINE = 20


@dataclass(frozen=True)
class Node:
    """A skill in the drawing; its name on one line or two."""

    skill: Skill
    x: int
    y: int

    @property
    def lines(self) -> list[tuple[str, float]]:
        words, lines = self.skill.name.split(), [""]
        for word in words:
            if lines[-1] and len(lines[-1]) + len(word) >= LONGEST_LINE:
                lines.append("")
            lines[-1] = f"{lines[-1]} {word}".strip()
        first = self.y + HIGH / 2 + 5 - (len(lines) - 1) * 9
        return [(line, first + number * 18) for number, line in enumerate(lines)]

    @property
    def middle(self) -> int:
        return self.x + BOX // 2


@dataclass(frozen=True)
class Tree:
    """All that the drawing and the list beside it show."""

    nodes: list[Node]
    lines: list[str]
    bands: list[tuple[str, int]]
    tiers: list[tuple[str, list[Skill]]]
    width: int
    height: int

    box, high = BOX, HIGH


def tree_of(pathway: Pathway) -> Tree:
    """Three queries, however many skills."""
    skills = list(Skill.objects.open().complete().filter(pathways=pathway))
    by_id = {skill.pk: skill for skill in skills}
    needs = {skill.pk: [each.pk for each in skill.needs.all() if each.pk in by_id] for skill in skills}
    layout = graph.layered(needs, {skill.pk: skill.tier for skill in skills})
    widths = [sum(map(_wide, row)) + GAP * (len(row) - 1) for row in layout.rows]
    width = max(widths, default=0) + 2 * EDGE
    nodes: dict[UUID, Node] = {}
    bends: dict[Any, tuple[int, int]] = {}
    bands, y, tier = [], EDGE, 0
    for row, wide in zip(layout.rows, widths, strict=True):
        first = next(each for each in row if not isinstance(each, graph.Bend))
        if by_id[first].tier != tier:
            tier = by_id[first].tier
            bands.append((f"Tier {tier}", y + 16))
            y += BAND
        x = (width - wide) // 2
        for each in row:
            if isinstance(each, graph.Bend):
                bends[each] = (x + THIN // 2, y)
            else:
                nodes[each] = Node(by_id[each], x, y)
            x += _wide(each) + GAP
        y += HIGH + ROW_GAP
    passed: dict[tuple[UUID, UUID], list[tuple[int, int]]] = {}
    for bend, place in sorted(bends.items(), key=lambda found: found[0].row):
        passed.setdefault((bend.start, bend.end), []).append(place)
    lines = [
        _line(nodes[each], passed.get((each, key), []), nodes[key]) for key, before in needs.items() for each in before
    ]
    tiers = [
        (name, [skill for skill in skills if skill.tier == number]) for number, name in enumerate(pathway.tiers, 1)
    ]
    return Tree(list(nodes.values()), lines, bands, tiers, width, max(y - ROW_GAP + EDGE, EDGE))


def _wide(each: object) -> int:
    return THIN if isinstance(each, graph.Bend) else BOX


def _line(above: Node, passed: list[tuple[int, int]], below: Node) -> str:
    """From the foot of one to the head of the other, straight through the rows between them."""
    x, y = above.middle, above.y + HIGH
    parts = [f"M{x} {y}"]
    for to_x, to_y in passed:
        parts.append(f"{_curve(x, y, to_x, to_y)}V{to_y + HIGH}")
        x, y = to_x, to_y + HIGH
    return "".join([*parts, _curve(x, y, below.middle, below.y)])


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    bend = (y + to_y) // 2
    return f"C{x} {bend} {to_x} {bend} {to_x} {to_y}"
