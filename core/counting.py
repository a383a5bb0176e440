"""Counts the rows of several querysets in one query."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counts_of(**querysets: QuerySet[Any]) -> dict[str, int]:
    """Returns how many rows each queryset has, by its name. One query; none for those that are empty by themselves."""
    counts = dict.fromkeys(querysets, 0)
    parts: list[str] = []
    names: list[str] = []
    parameters: list[Any] = []
    for name, queryset in querysets.items():
        try:
            statement, values = queryset.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"(SELECT count(*) FROM ({statement}) AS rows)")  # noqa: S608  (of the ORM, with its parameters apart)
        names.append(name)
        parameters += values
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", parameters)
            counts |= zip(names, cursor.fetchone(), strict=True)
    return counts
