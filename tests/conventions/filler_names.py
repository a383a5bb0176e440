"""Counts the places that bind a filler name, which does not say what the variable contains.

    .venv/bin/python -m tests.conventions.filler_names

writes the counts again, after some of them were renamed.
"""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from config.embedded.paths import PROJECT
from tests.conventions.sources import nodes_of, tree_of

COUNTS = Path(__file__).with_suffix(".json")
FILLERS = frozenset({"desk", "each", "found", "given", "held", "made", "one", "party", "told", "way", "wish"})


def bound_names(tree: ast.Module) -> Iterator[ast.AST]:
    """Yields every node that binds a filler name.

    That is a variable (`=`, `for`, `with`, `:=`, in a comprehension), a parameter, an imported name, a caught exception or
    the capture of a pattern.
    """
    for node in nodes_of(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) if name in FILLERS:
                yield node
            case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name) if name in FILLERS:
                yield node
            case ast.alias(asname=name) if name in FILLERS:
                yield node


def counts() -> dict[str, int]:
    """Returns the counts by file, for files with any. Migrations are left out, because they are never edited."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    names = subprocess.run(listed, cwd=PROJECT, check=True, capture_output=True, text=True).stdout.split()
    counts_by_file = {}
    for name in sorted(set(names)):
        path = PROJECT / name
        if "migrations" not in path.parts and path.is_file():
            counts_by_file[name] = sum(1 for _ in bound_names(tree_of(path)))
    return {name: count for name, count in counts_by_file.items() if count}


if __name__ == "__main__":
    COUNTS.write_text(json.dumps(counts(), indent=2, sort_keys=True) + "\n")
