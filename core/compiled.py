"""Queries whose SQL Django writes once in a process, instead of for each request.

Writing the SQL takes Django longer than it takes PostgreSQL to run it: on a builder's page, with 14 queries, it was half of
the processor time. Only for queries on pages that are opened often, and whose shape is always the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
COMPILED = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select")
# Values that stand for others while the SQL is written. No query contains them by chance.
MARKERS: dict[type, Callable[[], Any]] = {
    UUID: uuid4,
    str: lambda: uuid4().hex,
    int: lambda: random.randrange(10**9, 2 * 10**9),  # noqa: S311  (not a secret)
    datetime: lambda: datetime.fromtimestamp(random.randrange(10**9, 2 * 10**9), UTC),  # noqa: S311  (as above)
}


class CompiledQuery(Generic[Row]):
    """The query that `build(*values)` returns, as a function of values that are ids, texts, whole numbers or instants.

    `build` is called with other values of these types than the query is run with. So it must not look at them, and each of
    them has to be a parameter of the SQL as it is.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._statement: _Statement | None = None

    def rows(self, *values: Any) -> list[Row]:
        """Returns the rows. One query, and those of its `prefetch_related`."""
        statement = self._statement or self._compile(values)
        queryset: Any = statement.queryset
        rows = queryset._chain()  # noqa: SLF001  (a copy, whose rows can be loaded)
        # The compiler gets the query that is kept: with that of the copy, the rows would live on in a ring of references.
        rows.query.get_compiler = lambda using, **options: _KeptCompiler(queryset.query, using, statement, values)
        return list(rows)

    def first(self, *values: Any) -> Row | None:
        """Returns the first of the rows; None if there are none."""
        return next(iter(self.rows(*values)), None)

    def _compile(self, values: tuple[Any, ...]) -> _Statement:
        compiled: list[_Statement] = []

        def write(*markers: Any) -> tuple[str, Sequence[Any]]:
            queryset = self._build(*markers)
            compiler: Any = queryset.query.get_compiler(using=queryset.db)
            sql, parameters = compiler.as_sql()
            converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
            compiled.append(_Statement(queryset, {name: getattr(compiler, name) for name in COMPILED}, converters))
            return sql, parameters

        text = WrittenSql.of(write, values)
        self._statement = replace(compiled[0], text=text)
        return self._statement


@dataclass(frozen=True)
class _Place:
    """Stands in the parameters for one of the values, by its position."""

    position: int


@dataclass(frozen=True)
class WrittenSql:
    """SQL with the places of values among its parameters."""

    sql: str
    parameters: tuple[Any, ...]

    @classmethod
    def of(cls, write: Callable[..., tuple[str, Sequence[Any]]], values: tuple[Any, ...]) -> WrittenSql:
        """Returns what `write` returns for values of these types. It is written twice, to see that it does not depend on
        them."""
        written, again = (_with_places(write, [_marker(value) for value in values]) for _ in range(2))
        if written != again:
            raise ValueError(f"the SQL depends on the values: {written.sql}")
        return written

    def parameters_with(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(values[entry.position] if isinstance(entry, _Place) else entry for entry in self.parameters)


@dataclass(frozen=True)
class _Statement:
    queryset: QuerySet[Any, Any]
    compiled: dict[str, Any]  # what Django's compiler finds out while it writes the SQL
    converters: Any
    text: WrittenSql = WrittenSql("", ())


def _marker(value: Any) -> Any:
    for kind, marker in MARKERS.items():
        if isinstance(value, kind) and not isinstance(value, bool):
            return marker()
    raise TypeError(f"{value!r} cannot be a value of a compiled query")


def _with_places(write: Callable[..., tuple[str, Sequence[Any]]], markers: list[Any]) -> WrittenSql:
    sql, parameters = write(*markers)
    places = tuple(_Place(markers.index(entry)) if entry in markers else entry for entry in parameters)
    if {place.position for place in places if isinstance(place, _Place)} != set(range(len(markers))):
        raise ValueError(f"a value is not a parameter of the SQL: {sql}")
    return WrittenSql(sql, places)


class _KeptCompiler(SQLCompiler):
    """Runs a statement that was written before."""

    def __init__(self, query: Any, using: str, statement: _Statement, values: tuple[Any, ...]) -> None:
        super().__init__(query, connections[using], using)
        self.statement, self.values = statement, values
        vars(self).update(statement.compiled)

    def as_sql(self, *args: Any, **options: Any) -> Any:
        return self.statement.text.sql, self.statement.text.parameters_with(self.values)

    def get_converters(self, expressions: Any) -> Any:
        return self.statement.converters
