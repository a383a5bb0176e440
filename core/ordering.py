"""Lists that people put in order: the whole order from dragging, or one step up or down from a button."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.http import QueryDict

from core.ids import parse_uuid

Row = TypeVar("Row", bound=Any)


def requested_order(told: QueryDict, own: Iterable[UUID]) -> list[UUID]:
    """`order` names all of them; or `move` one of one's `own`, `by` "up" or "down"."""
    if order := [pk for text in told.getlist("order") if (pk := parse_uuid(text))]:
        return order
    order = list(own)
    moved, step = parse_uuid(told.get("move", "")), -1 if told.get("by") == "up" else 1
    if moved in order:
        at = order.index(moved)
        to = min(max(at + step, 0), len(order) - 1)
        order.insert(to, order.pop(at))
    return order


def put_in_order(rows: Iterable[Row], order: Sequence[UUID]) -> list[Row]:
    """With new positions: the named ones first, in that order; others keep theirs behind them. Saves nothing."""
    place = {pk: at for at, pk in enumerate(order)}
    found = sorted(rows, key=lambda row: (place.get(row.pk, len(place)), row.position))
    for position, row in enumerate(found):
        row.position = position
    return found
