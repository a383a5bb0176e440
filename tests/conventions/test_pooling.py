"""Tests that the application runs no SQL that needs a session: behind PgBouncer in transaction mode, it would reach others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.paths import PROJECT
from tests.conventions.sources import OURS, nodes_of, tree_of

SESSION_SQL = re.compile(
    r"""
    ^\s*SET\s+(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)   # a setting that outlives the transaction
    | \bset_config\(.*,\s*false\s*\)
    | \bpg_(try_)?advisory_(un)?lock(_shared|_all)?\(    # those with xact in their names end with the transaction
    | ^\s*(UN)?LISTEN\s | ^\s*DISCARD\s | ^\s*(PREPARE|EXECUTE|DEALLOCATE)\s
    | \bWITH\s+HOLD\b | \bCREATE\s+(TEMP|TEMPORARY)\s+(?!.*\bON\s+COMMIT\s+DROP\b)
    """,
    re.VERBOSE | re.DOTALL,
)
# They open a connection to PostgreSQL itself, by `core.direct`.
DIRECT = {"operations/backups/services.py", "operations/anonymised/statements.py"}
DIRECTLY = {"core/direct.py", "core/replica_lag.py", "config/embedded/servers.py"}


def session_sql(tree: ast.Module) -> Iterator[int]:
    """Yields the lines of texts that are such SQL, without docstrings."""
    for node in nodes_of(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SESSION_SQL.search(node.value):
            yield node.lineno


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_no_sql_needs_a_session() -> None:
    offending = [
        f"{name_of(path)}:{line}" for path in OURS if name_of(path) not in DIRECT for line in session_sql(tree_of(path))
    ]

    assert offending == []


def test_connections_past_the_pooler_are_opened_in_one_place() -> None:
    offending = [
        name_of(path)
        for path in OURS
        if name_of(path) not in DIRECTLY and re.search(r"\bpsycopg\.connect\(", path.read_text())
    ]

    assert offending == []


@pytest.mark.parametrize(
    "statement",
    [
        "SET statement_timeout = 0", "SET search_path TO other", "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SELECT set_config('lock_timeout', %s, false)", "SELECT pg_advisory_lock(1)", "SELECT pg_try_advisory_lock(1)",
        "LISTEN changes", "DECLARE rows CURSOR WITH HOLD FOR SELECT 1", "CREATE TEMP TABLE one (id int)", "PREPARE plan AS SELECT 1",
    ],
)  # fmt: skip
def test_sql_that_needs_a_session_is_recognised(statement: str) -> None:
    assert list(session_sql(ast.parse(repr(statement)))) == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "SET LOCAL lock_timeout = '3s'", "SET CONSTRAINTS ALL IMMEDIATE", "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        "SELECT set_config('lock_timeout', %s, true)", "SELECT pg_advisory_xact_lock(%s)", "UPDATE core_flag SET everyone = false",
        "CREATE TEMP TABLE one ON COMMIT DROP AS SELECT 1",
    ],
)  # fmt: skip
def test_other_sql_is_not(statement: str) -> None:
    assert list(session_sql(ast.parse(repr(statement)))) == []
