"""Tests what the tests themselves keep to: helpers in modules of their own, assertions in each test, no sleeps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from config.embedded.paths import PROJECT
from tests.conventions.sources import TESTS, nodes_of, tree_of


def where(path: Path, node: ast.stmt | ast.expr) -> str:
    return f"{path.relative_to(PROJECT)}:{node.lineno}"


def imports_of(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Yields each imported module, also when it is imported as a name from its package."""
    for node in nodes_of(tree):
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
        for path in TESTS
        for node, name in imports_of(tree_of(path))
        if {name, name.rpartition(".")[0]} & test_modules
    ]

    assert offending == []


CHECKS = re.compile(r"^(assert|check|expect|raises|fail)")


def functions_of(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes_of(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            is_fixture = any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)
            if not is_fixture:
                yield node


def name_of(call: ast.Call) -> str:
    """Returns the last part of the name that is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def asserts(function: ast.AST) -> bool:
    """Whether it asserts, or calls something whose name says that it does."""
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and CHECKS.match(name_of(node).removeprefix("django_").lstrip("_")))
        for node in ast.walk(function)
    )


def test_every_test_asserts_something() -> None:
    """A helper that asserts is called `assert_…`, `check_…` or `expect_…`."""
    offending = [
        f"{where(path, test)} {test.name}"
        for path in TESTS
        if path.stem.startswith("test_")
        for test in functions_of(tree_of(path))
        if not asserts(test)
    ]

    assert offending == []


def fixed_sleeps(tree: ast.Module) -> Iterator[ast.Call]:
    """Yields the calls that sleep, except in a loop that waits for a condition."""
    polling = {id(node) for loop in nodes_of(tree) if isinstance(loop, ast.While) for node in ast.walk(loop)}
    for node in nodes_of(tree):
        if isinstance(node, ast.Call) and id(node) not in polling and name_of(node) in ("sleep", "wait_for_timeout"):
            yield node


def test_no_test_sleeps_for_a_fixed_time() -> None:
    """A fixed time is too short on a busy machine and too long on others: wait for a condition instead."""
    offending = [where(path, call) for path in TESTS for call in fixed_sleeps(tree_of(path))]

    assert offending == []
