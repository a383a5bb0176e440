"""Adds, changes and retires rows of the catalogue, each with a row of the audit."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import Place, User
from core import audit
from core.errors import Refusal, Refused
from marketplace import listings
from operations.catalogue.kinds import CatalogueKind

FIRST_OWN_TOWN = 2_000_000_000  # beyond the ids of GeoNames


@transaction.atomic
def add(*, kind: CatalogueKind, values: Mapping[str, Any], by: User) -> Any:
    """Adds a row with a slug made of its name; a town gets an id that GeoNames does not use."""
    row: Any = kind.model(pk=_free_town_id() if kind.model is Place else _free_slug(kind, values["name"]))
    _set(row, values)
    row.save(force_insert=True)
    audit.record(actor=by, action=f"{kind.singular} added", subject=row, before=None, after=_plain(values))
    return row


@transaction.atomic
def change(*, kind: CatalogueKind, row: Any, values: Mapping[str, Any], by: User) -> bool:
    """Changes a row. Returns whether anything is new. The listings of builders who have it show a new name at once."""
    row = kind.rows.select_for_update().get(pk=row.pk)
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    if not before:
        return False
    after = {name: values[name] for name in before}
    _set(row, after)
    row.save(update_fields=list(after))
    audit.record(actor=by, action=f"{kind.singular} changed", subject=row, before=_plain(before), after=_plain(after))
    if "is_offered" not in after:
        builders = list(kind.builders(row))
        transaction.on_commit(lambda: listings.refresh(builders), robust=True)
    return True


def _set(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(Refusal.INVALID, fields=error.message_dict) from None


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, bool | int | str) else str(value) for name, value in values.items()}


def _free_town_id() -> int:
    last = Place.objects.aggregate(last=Max("pk"))["last"] or 0
    return int(max(last + 1, FIRST_OWN_TOWN))


def _free_slug(kind: CatalogueKind, name: str) -> str:
    start, taken = slugify(name)[:36].strip("-"), set(kind.rows.values_list("pk", flat=True))
    numbered = (f"{start or 'new'}-{number}" for number in count(2))
    return next(slug for slug in chain([start], numbered) if slug and slug not in taken)
