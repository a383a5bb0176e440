"""The files that the conventions are about: those of the application, and those of the tests."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from config.embedded.paths import PROJECT

LAYERS = [
    "core",
    "accounts",
    "connections",
    "payments",
    "messaging",
    "pathways",
    "coaching",
    "scheduling",
    "bookings",
    "marketplace",
    "insights",
    "referrals",
    "operations",
    "config",
]
OURS = [path for layer in LAYERS for path in (PROJECT / layer).rglob("*.py") if "migrations" not in path.parts]
TESTS = sorted((PROJECT / "tests").rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    """Returns the parsed source of a file. Several tests read all files, and parsing takes longer than what they look for."""
    return ast.parse(path.read_text())


@cache
def nodes_of(tree: ast.Module) -> list[ast.AST]:
    """Returns all nodes of a file. Walking through a tree takes longer than what a test looks for, too."""
    return list(ast.walk(tree))
