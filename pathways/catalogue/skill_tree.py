"""A pathway's skills as a drawing: boxes in rows by tier, with a line from each to what it opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pathways.catalogue import graph
from pathways.models import Pathway, Skill
from pathways.progress.queries import Standing

BOX, HIGH, GAP, ROW_GAP, BAND, EDGE = 168, 58, 22, 46, 34, 14  # in the drawing's own units
WORDS = 22  # higher by so much where the state is written in the box
LETTER = 6.4  # the width of one of its letters, about
THIN = 16  # what a line takes up that passes through a row
LONGEST_LINE = 20


@dataclass(frozen=True)
class TreeNode:
    """A skill in the drawing; its name on one line or two, and below it where it stands for somebody."""

    skill: Skill
    x: int
    y: int
    standing: Standing | None = None

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

    @property
    def words_y(self) -> int:
        return self.y + HIGH + 8

    @property
    def words_x(self) -> float:
        """Where the words begin, so that they and the shape before them stand in the middle."""
        return self.middle + 9 - len(self.standing.words if self.standing else "") * LETTER / 2


@dataclass(frozen=True)
class SkillTree:
    """All that the drawing and the list beside it show."""

    nodes: list[TreeNode]
    lines: list[str]
    bands: list[tuple[str, int]]
    width: int
    height: int
    high: int

    box = BOX


def skills_by_tier(pathway: Pathway, skills: Iterable[Skill]) -> list[tuple[str, list[Skill]]]:
    found = list(skills)
    return [(name, [skill for skill in found if skill.tier == number]) for number, name in enumerate(pathway.tiers, 1)]


def draw_tree(skills: Sequence[Skill], standings: Mapping[UUID, Standing] | None = None) -> SkillTree:
    """Skills with their needs loaded, and where each stands for somebody: no query."""
    high = HIGH + WORDS if standings else HIGH
    by_id = {skill.pk: skill for skill in skills}
    needs = {skill.pk: [each.pk for each in skill.needs.all() if each.pk in by_id] for skill in skills}
    layout = graph.layered(needs, {skill.pk: skill.tier for skill in skills})
    widths = [sum(map(_wide, row)) + GAP * (len(row) - 1) for row in layout.rows]
    width = max(widths, default=0) + 2 * EDGE
    nodes: dict[UUID, TreeNode] = {}
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
                nodes[each] = TreeNode(by_id[each], x, y, standings.get(each) if standings else None)
            x += _wide(each) + GAP
        y += high + ROW_GAP
    passed: dict[tuple[UUID, UUID], list[tuple[int, int]]] = {}
    for bend, place in sorted(bends.items(), key=lambda found: found[0].row):
        passed.setdefault((bend.start, bend.end), []).append(place)
    lines = [
        _line(nodes[each], passed.get((each, key), []), nodes[key], high)
        for key, before in needs.items()
        for each in before
    ]
    return SkillTree(list(nodes.values()), lines, bands, width, max(y - ROW_GAP + EDGE, EDGE), high)


def _wide(each: object) -> int:
    return THIN if isinstance(each, graph.Bend) else BOX


def _line(above: TreeNode, passed: list[tuple[int, int]], below: TreeNode, high: int) -> str:
    """From the foot of one to the head of the other, straight through the rows between them."""
    x, y = above.middle, above.y + high
    parts = [f"M{x} {y}"]
    for to_x, to_y in passed:
        parts.append(f"{_curve(x, y, to_x, to_y)}V{to_y + high}")
        x, y = to_x, to_y + high
    return "".join([*parts, _curve(x, y, below.middle, below.y)])


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    bend = (y + to_y) // 2
    return f"C{x} {bend} {to_x} {bend} {to_x} {to_y}"
