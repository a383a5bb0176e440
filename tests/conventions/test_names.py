"""Tests that class names are unique, filler variable names only get fewer, and the glossary names what exists."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from config.embedded.paths import PROJECT
from tests.conventions.filler_names import COUNTS, bound_names, counts
from tests.conventions.sources import OURS, nodes_of, tree_of

# API schemas have the names that docs/openapi.json shows, and Django wants each management command to be called Command.
OTHER_RULES = re.compile(r"(schemas|api|admin)\.py$|/management/commands/")
SCHEMAS = re.compile(r"(schemas|api)\.py$|/api/")
GLOSSARY = re.compile(r"^## Glossary\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def classes(path: Path) -> list[str]:
    return [node.name for node in tree_of(path).body if isinstance(node, ast.ClassDef)]


def test_class_names_are_unique() -> None:
    files = defaultdict(list)
    for path in OURS:
        if not OTHER_RULES.search(path.as_posix()):
            for name in classes(path):
                files[name].append(str(path.relative_to(PROJECT)))

    assert {name: paths for name, paths in files.items() if len(paths) > 1 and not name.startswith("_")} == {}


def test_names_of_api_schemas_are_unique() -> None:
    """The OpenAPI description has one schema for each name: of two, one would be described wrongly."""
    files = defaultdict(list)
    for path in OURS:
        if SCHEMAS.search(path.as_posix()):
            for name in classes(path):
                files[name].append(str(path.relative_to(PROJECT)))

    assert {name: paths for name, paths in files.items() if len(paths) > 1 and not name.startswith("_")} == {}


def test_filler_names_only_get_fewer() -> None:
    """After some are renamed, write the counts again with `python -m tests.conventions.filler_names`."""
    allowed, present = json.loads(COUNTS.read_text()), counts()
    too_many = {name: (count, allowed.get(name, 0)) for name, count in present.items() if count > allowed.get(name, 0)}

    assert too_many == {}, "rename the new ones: file, how many there are, how many there were"
    assert present == allowed, "there are fewer than before: write the counts again"


@pytest.mark.parametrize(
    "source",
    [
        "found = 1", "found: int = 1", "for each in x: pass", "[1 for each in x]", "with x as held: pass", "(one := 1)",
        "def f(told): pass", "def f(*, told): pass", "lambda given: 1", "a, (made, b) = x", "def f(*way): pass",
        "try: pass\nexcept E as party: pass", "import x as desk", "from x import y as wish", "found += 1",
        "match x:\n  case [one, *_]: pass", "match x:\n  case {'a': one}: pass",
    ],
)  # fmt: skip
def test_every_kind_of_binding_is_counted(source: str) -> None:
    assert len(list(bound_names(ast.parse(source)))) == 1


def test_names_that_are_only_read_are_not_counted() -> None:
    assert list(bound_names(ast.parse("found()\nx.each\nf(one=1)\n{'made': told}"))) == []


def identifiers() -> set[str]:
    """Returns the names of all classes, functions, modules and class attributes: `User`, `services`, `User.email`."""
    names = set()
    for path in OURS:
        names |= {*path.relative_to(PROJECT).with_suffix("").parts}
        for node in nodes_of(tree_of(path)):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                names.add(node.name)
            if isinstance(node, ast.ClassDef):
                names |= {f"{node.name}.{name}" for inner in node.body for name in _bound(inner)}
    return names


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def test_the_glossary_names_only_existing_code() -> None:
    section = GLOSSARY.search((PROJECT / "CONTRIBUTING.md").read_text())
    assert section
    rows = [line for line in section[1].splitlines() if line.startswith("| ") and not line.startswith("| word")]
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}

    assert 20 <= len(rows) <= 80
    assert named - identifiers() == set()
