"""A pathway's skills as a drawing: boxes in rows by tier, with lines from each skill to those that need it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pathways.catalogue import graph
from pathways.models import Pathway, Skill
from pathways.progress.queries import Standing

# In the drawing's own units
BOX_WIDTH, BOX_HEIGHT, GAP, ROW_GAP, TIER_HEIGHT, MARGIN = 168, 58, 22, 46, 34, 14
STATE_HEIGHT = 22  # added to the height of boxes that show the state of the skill
LETTER_WIDTH = 6.4  # approximately, of the text of the state
BEND_WIDTH = 16  # what a line takes up that passes through a row
MAX_LINE_LENGTH = 20


@dataclass(frozen=True)
class TreeNode:
    """A skill in the drawing: its name on one line or more, and below it its state for one client, if there is one."""

    skill: Skill
    x: int
    y: int
    standing: Standing | None = None

    @property
    def lines(self) -> list[tuple[str, float]]:
        words, lines = self.skill.name.split(), [""]
        for word in words:
            if lines[-1] and len(lines[-1]) + len(word) >= MAX_LINE_LENGTH:
                lines.append("")
            lines[-1] = f"{lines[-1]} {word}".strip()
        first = self.y + BOX_HEIGHT / 2 + 5 - (len(lines) - 1) * 9
        return [(line, first + number * 18) for number, line in enumerate(lines)]

    @property
    def middle(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def words_y(self) -> int:
        return self.y + BOX_HEIGHT + 8

    @property
    def words_x(self) -> float:
        """Returns where the text of the state begins, so that it is centred together with the shape before it."""
        return self.middle + 9 - len(self.standing.words if self.standing else "") * LETTER_WIDTH / 2


@dataclass(frozen=True)
class TierZone:
    """The part of the drawing that belongs to a tier, on which a skill is dropped to move it there."""

    tier: int
    y: int
    height: int


@dataclass(frozen=True)
class SkillTree:
    """Everything that the template needs to draw the tree."""

    nodes: list[TreeNode]
    lines: list[str]
    bands: list[tuple[str, int]]
    zones: list[TierZone]
    width: int
    height: int
    high: int

    box = BOX_WIDTH


def skills_by_tier(pathway: Pathway, skills: Iterable[Skill]) -> list[tuple[str, list[Skill]]]:
    """Returns the name of each tier of the pathway with its skills."""
    loaded = list(skills)
    return [(name, [skill for skill in loaded if skill.tier == number]) for number, name in enumerate(pathway.tiers, 1)]


def draw_tree(
    skills: Sequence[Skill], standings: Mapping[UUID, Standing] | None = None, *, has_all_tiers: bool = False
) -> SkillTree:
    """Lays out skills, whose `needs` are loaded, with their states for one client if given, and with room for tiers
    without skills if wanted. No query."""
    high = BOX_HEIGHT + STATE_HEIGHT if standings else BOX_HEIGHT
    by_id = {skill.pk: skill for skill in skills}
    needs = {skill.pk: [need.pk for need in skill.needs.all() if need.pk in by_id] for skill in skills}
    layout = graph.layered(needs, {skill.pk: skill.tier for skill in skills})
    widths = [sum(map(_width, row)) + GAP * (len(row) - 1) for row in layout.rows]
    width = max([*widths, 4 * BOX_WIDTH if has_all_tiers else 0]) + 2 * MARGIN
    nodes: dict[UUID, TreeNode] = {}
    bends: dict[Any, tuple[int, int]] = {}
    tops, y = {}, MARGIN
    rows = (
        _with_empty_tiers(layout.rows, by_id) if has_all_tiers else [(_tier_of(row, by_id), row) for row in layout.rows]
    )
    for tier, row in rows:
        if tier not in tops:
            tops[tier] = y
            y += TIER_HEIGHT
        x = (width - sum(map(_width, row)) - GAP * (len(row) - 1)) // 2
        for cell in row:
            if isinstance(cell, graph.Bend):
                bends[cell] = (x + BEND_WIDTH // 2, y)
            else:
                nodes[cell] = TreeNode(by_id[cell], x, y, standings.get(cell) if standings else None)
            x += _width(cell) + GAP
        y += high + ROW_GAP
    passed: dict[tuple[UUID, UUID], list[tuple[int, int]]] = {}
    for bend, place in sorted(bends.items(), key=lambda item: item[0].row):
        passed.setdefault((bend.start, bend.end), []).append(place)
    lines = [
        _path(nodes[need], passed.get((need, key), []), nodes[key], high)
        for key, before in needs.items()
        for need in before
    ]
    height = max(y - ROW_GAP + MARGIN, MARGIN)
    bands = [(f"Tier {tier}", top + 16) for tier, top in tops.items()]
    return SkillTree(list(nodes.values()), lines, bands, _zones(tops, height), width, height, high)


def _tier_of(row: Sequence[Any], by_id: Mapping[UUID, Skill]) -> int:
    return by_id[next(cell for cell in row if not isinstance(cell, graph.Bend))].tier


def _with_empty_tiers(rows: Sequence[list[Any]], by_id: Mapping[UUID, Skill]) -> list[tuple[int, list[Any]]]:
    """Returns the rows with their tier, and an empty row for each tier without skills."""
    with_tier = [(_tier_of(row, by_id), row) for row in rows]
    empty: list[tuple[int, list[Any]]] = [(tier, []) for tier in Skill.Tier.values if tier not in dict(with_tier)]
    return sorted([*with_tier, *empty], key=lambda item: item[0])


def _zones(tops: Mapping[int, int], height: int) -> list[TierZone]:
    edges = [*tops.values(), height]
    return [TierZone(tier, top, below - top) for tier, top, below in zip(tops, edges, edges[1:], strict=False)]


def _width(cell: object) -> int:
    return BEND_WIDTH if isinstance(cell, graph.Bend) else BOX_WIDTH


def _path(above: TreeNode, passed: list[tuple[int, int]], below: TreeNode, high: int) -> str:
    """Returns the SVG path from the bottom of one box to the top of the other, through the bends between them."""
    x, y = above.middle, above.y + high
    parts = [f"M{x} {y}"]
    for to_x, to_y in passed:
        parts.append(f"{_curve(x, y, to_x, to_y)}V{to_y + high}")
        x, y = to_x, to_y + high
    return "".join([*parts, _curve(x, y, below.middle, below.y)])


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    bend = (y + to_y) // 2
    return f"C{x} {bend} {to_x} {bend} {to_x} {to_y}"
