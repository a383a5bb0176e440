"""Lists that people can reorder: a drag sends the whole order, a button moves one row up or down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.http import QueryDict

from core.ids import parse_uuid

Row = TypeVar("Row", bound=Any)


def requested_order(data: QueryDict, own: Iterable[UUID]) -> list[UUID]:
    """Returns the order that a form asks for.

    The form has `order` with all ids, or `move` with the id of one of the `own` rows and `by` with "up" or "down".
    """
    if order := [pk for text in data.getlist("order") if (pk := parse_uuid(text))]:
        return order
    order = list(own)
    moved, step = parse_uuid(data.get("move", "")), -1 if data.get("by") == "up" else 1
    if moved in order:
        at = order.index(moved)
        to = min(max(at + step, 0), len(order) - 1)
        order.insert(to, order.pop(at))
    return order


def put_in_order(rows: Iterable[Row], order: Sequence[UUID]) -> list[Row]:
    """Returns the rows with new positions, without saving them: those in `order` first, then the others as before."""
    place = {pk: at for at, pk in enumerate(order)}
    ordered = sorted(rows, key=lambda row: (place.get(row.pk, len(place)), row.position))
    for position, row in enumerate(ordered):
        row.position = position
    return ordered
