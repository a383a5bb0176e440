"""Keyset pagination: no row is repeated or skipped between pages while its sort keys stay the same."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from core.errors import Refusal, Refused

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """The rows of one page, and the cursor of the next one."""

    rows: list[Row]
    next_cursor: str | None


def page_of(
    rows: QuerySet[Row], *, order: tuple[str, ...], limit: int, cursor: str | None, filters: Any = None
) -> Slice[Row]:
    """Returns at most `limit` rows after `cursor`. One query.

    `order` names NOT NULL columns, `-` for descending, a unique one last. A cursor is signed and works for one order
    and one set of filters only; any other is refused.
    """
    listing = json.dumps([order, filters], sort_keys=True, cls=DjangoJSONEncoder)
    ordered = rows.order_by(*order)
    if cursor:
        ordered = ordered.filter(_after(order, _decoded(cursor, listing)))
    fetched = list(ordered[: limit + 1])
    shown = fetched[:limit]
    return Slice(shown, _encoded(listing, order, shown[-1]) if len(fetched) > limit else None)


def cursor_of(row: Model, *, order: tuple[str, ...], filters: Any = None) -> str:
    """Returns the cursor of the page that begins after this row, in this order and with these filters."""
    return _encoded(json.dumps([order, filters], sort_keys=True, cls=DjangoJSONEncoder), order, row)


def _after(order: tuple[str, ...], keys: list[str]) -> Q:
    """Returns the condition (a, b) > (x, y), with each column compared in its own direction."""
    condition = Q()
    for at, name in enumerate(order):
        same = Q(**{column.lstrip("-"): key for column, key in zip(order[:at], keys, strict=False)})
        beyond = f"{name.lstrip('-')}__{'lt' if name.startswith('-') else 'gt'}"
        condition |= same & Q(**{beyond: keys[at]})
    return condition


def _encoded(listing: str, order: tuple[str, ...], row: Model) -> str:
    # Not by DjangoJSONEncoder, which cuts off microseconds: rows would be repeated or skipped.
    values = [getattr(row, name.lstrip("-")) for name in order]
    keys = [value.isoformat() if hasattr(value, "isoformat") else str(value) for value in values]
    signed = json.dumps([_signature(listing, keys), keys])
    return base64.urlsafe_b64encode(signed.encode()).decode().rstrip("=")


def _decoded(cursor: str, listing: str) -> list[str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        signature, keys = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not constant_time_compare(str(signature), _signature(listing, keys)):
            raise ValueError
    except (ValueError, TypeError, UnicodeError, binascii.Error):
        message = "This cursor belongs to another list. Start again without a cursor."
        raise Refused(Refusal.INVALID, fields={"cursor": [message]}) from None
    return list(keys)


def _signature(listing: str, keys: list[str]) -> str:
    return salted_hmac("core.cursors", json.dumps([listing, keys]), algorithm="sha256").hexdigest()[:32]
