"""Gives a row its related rows, as `prefetch_related` does, where they are known without a query of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model


def keep(row: Model, name: str, related: Iterable[Any]) -> None:
    """Makes `row.name.all()` return these rows without a query."""
    queryset = getattr(row, name).all()
    queryset._result_cache, queryset._prefetch_done = list(related), True  # noqa: SLF001  (as prefetch_related does)
    cache: dict[str, Any] = vars(row).setdefault("_prefetched_objects_cache", {})
    cache[name] = queryset
