"""Counts the rows of several querysets in one query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from core.compiled import WrittenSql


def counts_of(**querysets: QuerySet[Any]) -> dict[str, int]:
    """Returns how many rows each queryset has, by its name. One query; none for those that are empty by themselves."""
    names, statement, parameters = _written(querysets)
    return dict.fromkeys(querysets, 0) | _counted(names, statement, parameters)


class CompiledCounts:
    """`counts_of` the querysets that `build(*values)` returns by their names, with SQL that is written once in a process, as
    that of `core.compiled.CompiledQuery`."""

    def __init__(self, build: Callable[..., Mapping[str, QuerySet[Any]]]) -> None:
        self._build = build
        self._sql: WrittenSql | None = None
        self._names: list[str] = []

    def __call__(self, *values: Any) -> dict[str, int]:
        if self._sql is None:
            self._sql = WrittenSql.of(self._write, values)
        return _counted(self._names, self._sql.sql, self._sql.parameters_with(values))

    def _write(self, *markers: Any) -> tuple[str, list[Any]]:
        self._names, statement, parameters = _written(self._build(*markers))
        return statement, parameters


def _written(querysets: Mapping[str, QuerySet[Any]]) -> tuple[list[str], str, list[Any]]:
    """Returns the names of the querysets that can have rows, and the statement that counts them."""
    names: list[str] = []
    parts: list[str] = []
    parameters: list[Any] = []
    for name, queryset in querysets.items():
        try:
            statement, values = queryset.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        names.append(name)
        parts.append(f"(SELECT count(*) FROM ({statement}) AS rows)")  # noqa: S608  (of the ORM, with its parameters apart)
        parameters += values
    return names, f"SELECT {', '.join(parts)}", parameters


def _counted(names: list[str], statement: str, parameters: Any) -> dict[str, int]:
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return dict(zip(names, cursor.fetchone(), strict=True))
