"""Loads what the free slots of a builder depend on. The SQL is put together once, which otherwise takes 3 ms each time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import JSONField, OuterRef, Subquery
from django.db.models.expressions import RawSQL
from django.http import Http404

from accounts.queries import public_builder, public_builders
from coaching.models import Offer, SessionType
from coaching.queries import LENGTHS, with_lengths
from coaching.terms import offer_of
from core.ids import parse_uuid
from scheduling.models import Schedule
from scheduling.services import schedule_of

UNKNOWN, NOBODY = "no builder has this slug", UUID(int=0)


@dataclass(frozen=True)
class BookableBuilder:
    """A builder's offer, time zone, and active session types, the simplest first."""

    offer: Offer
    zone: str
    types: list[SessionType]


def bookable_builder(name: str) -> BookableBuilder:
    """Returns the public builder with this id or slug; 404 without one. One query, and five if they offer nothing."""
    key = parse_uuid(name)
    sql, parameters = _query_of_types(UNKNOWN if key is None else str(NOBODY))
    named = [(key or name) if value in (UNKNOWN, NOBODY) else value for value in parameters]
    rows: list[Any] = list(SessionType.objects.raw(sql, named))
    types = [with_lengths(row, json.loads(row.parts)) for row in rows]
    if types:
        offer = getattr(types[0].builder, "offer", None) or Offer(builder_id=types[0].builder_id)
        return BookableBuilder(offer, rows[0].zone or types[0].builder.timezone, types)
    profile = public_builder(name)
    if profile is None:
        raise Http404
    schedule = schedule_of(profile.pk)
    return BookableBuilder(offer_of(profile.pk), schedule.timezone if schedule else profile.user.timezone, [])


@cache
def _query_of_types(name: str) -> tuple[str, tuple[Any, ...]]:
    """Returns the SQL that loads the active session types of a builder, and its parameters with `name` among them."""
    default = Schedule.objects.filter(builder=OuterRef("builder"), is_default=True).values("timezone")
    active = SessionType.objects.filter(builder__in=public_builders(name).values("pk"), is_active=True)
    parts = RawSQL(LENGTHS, [], JSONField())  # noqa: S611  (no value is written into it)
    return active.simplest_first().annotate(parts=parts, zone=Subquery(default[:1])).query.sql_with_params()
