"""Lists that are read page by page, without a row twice or lost while its keys stay (keyset pagination)."""

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
    """One page of a list, and where the next one begins."""

    rows: list[Row]
    next_cursor: str | None


def page_of(
    rows: QuerySet[Row], *, order: tuple[str, ...], limit: int, cursor: str | None, filters: Any = None
) -> Slice[Row]:
    """At most `limit` rows after `cursor`. `order` names NOT NULL columns, `-` for descending, a unique one last.

    A cursor is good for one order and one set of filters, and only as we wrote it; any other is refused.
    """
    listing = json.dumps([order, filters], sort_keys=True, cls=DjangoJSONEncoder)
    ordered = rows.order_by(*order)
    if cursor:
        ordered = ordered.filter(_after(order, _decoded(cursor, listing)))
    found = list(ordered[: limit + 1])
    shown = found[:limit]
    return Slice(shown, _encoded(listing, order, shown[-1]) if len(found) > limit else None)


def _after(order: tuple[str, ...], keys: list[str]) -> Q:
    """(a, b) > (x, y), each column in its own direction."""
    condition = Q()
    for at, name in enumerate(order):
        same = Q(**{column.lstrip("-"): key for column, key in zip(order[:at], keys, strict=False)})
        beyond = f"{name.lstrip('-')}__{'lt' if name.startswith('-') else 'gt'}"
        condition |= same & Q(**{beyond: keys[at]})
    return condition


def _encoded(listing: str, order: tuple[str, ...], row: Model) -> str:
    # Not DjangoJSONEncoder: it cuts microseconds off, and with them rows.
    values = [getattr(row, name.lstrip("-")) for name in order]
    keys = [value.isoformat() if hasattr(value, "isoformat") else str(value) for value in values]
    told = json.dumps([_seal(listing, keys), keys])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _decoded(cursor: str, listing: str) -> list[str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        seal, keys = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not constant_time_compare(str(seal), _seal(listing, keys)):
            raise ValueError
    except (ValueError, TypeError, UnicodeError, binascii.Error):
        words = "This cursor belongs to another list. Begin again without one."
        raise Refused(Refusal.INVALID, fields={"cursor": [words]}) from None
    return list(keys)


def _seal(listing: str, keys: list[str]) -> str:
    return salted_hmac("core.cursors", json.dumps([listing, keys]), algorithm="sha256").hexdigest()[:32]
