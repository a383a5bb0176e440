"""docs/insights.md has the definition of every figure, word by word."""

from __future__ import annotations

from config.embedded.paths import PROJECT
from insights.definitions import FIGURES
from insights.pathway_figures import DEFINITIONS


def test_every_definition_is_in_the_documentation() -> None:
    text = (PROJECT / "docs" / "insights.md").read_text()

    rows = {f"| `{figure.name}` | {figure.definition} |" for figure in FIGURES.values()}
    rows |= {f"| {name} | {definition} |" for name, definition in DEFINITIONS.items()}

    assert [row for row in sorted(rows) if row not in text] == []
