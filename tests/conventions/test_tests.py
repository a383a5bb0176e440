"""Tests what the tests themselves keep to: helpers stand in modules of their own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from config.embedded.paths import PROJECT
from tests.conventions.sources import TESTS

TREES = {path: ast.parse(path.read_text()) for path in TESTS}


def where(path: Path, node: ast.stmt | ast.expr) -> str:
    return f"{path.relative_to(PROJECT)}:{node.lineno}"


def imports_of(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Yields each imported module, also when it is imported as a name from its package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def test_nothing_is_imported_from_a_test_module() -> None:
    """What two test modules need stands in a helper module, so that a test can be changed without reading the others."""
    test_modules = {
        ".".join(path.relative_to(PROJECT).with_suffix("").parts) for path in TESTS if path.stem.startswith("test_")
    }
    offending = [
        f"{where(path, node)} {name}"
        for path, tree in TREES.items()
        for node, name in imports_of(tree)
        if {name, name.rpartition(".")[0]} & test_modules
    ]

    assert offending == []
