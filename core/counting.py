"""Counts the rows of several querysets in one query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from core.compiled import WrittenSql


class CompiledCounts:
    """Counts the rows of the querysets that `build(*values)` returns, with SQL that is written once in a process, as that of
    `core.compiled.CompiledQuery`."""

    def __init__(self, build: Callable[..., Mapping[str, QuerySet[Any]]]) -> None:
        self._build = build
        self._sql: WrittenSql | None = None
        self._names: list[str] = []

    def __call__(self, *values: Any) -> dict[str, int]:
        """Returns how many rows each of the querysets has, by its name. One query."""
        if self._sql is None:
            self._sql = WrittenSql.of(self._write, values)
        with connection.cursor() as cursor:
            cursor.execute(self._sql.sql, self._sql.parameters_with(values))
            return dict(zip(self._names, cursor.fetchone(), strict=True))

    def _write(self, *markers: Any) -> tuple[str, list[Any]]:
        querysets = self._build(*markers)
        self._names = list(querysets)
        counts: list[str] = []
        parameters: list[Any] = []
        for queryset in querysets.values():
            statement, values = queryset.order_by().values("pk").query.sql_with_params()
            counts.append(f"(SELECT count(*) FROM ({statement}) AS rows)")  # noqa: S608  (of the ORM, with its parameters apart)
            parameters += values
        return f"SELECT {', '.join(counts)}", parameters
