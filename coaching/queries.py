"""Reads session types for booking."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import JSONField, Model
from django.db.models.expressions import RawSQL

from accounts.models import User
from coaching.models import (
    CancellationTier,
    Offer,
    OfferedDuration,
    Question,
    SessionDuration,
    SessionType,
    SessionTypeQuerySet,
)
from core.compiled import CompiledQuery
from core.prefetched import keep
from pathways.models import Pathway

Row = TypeVar("Row", bound=Model)
# The related rows in one column of JSON, in their usual order. Amounts are text, since a number would become a float.
PARTS = """
    (SELECT jsonb_build_object(
        'durations', ARRAY(
            SELECT jsonb_build_object('id', d.id, 'minutes', d.minutes, 'price', d.price::text)
            FROM coaching_sessionduration d WHERE d.session_type_id = coaching_sessiontype.id ORDER BY d.minutes),
        'questions', ARRAY(
            SELECT jsonb_build_object('id', q.id, 'label', q.label, 'kind', q.kind, 'options', q.options,
                'is_required', q.is_required, 'position', q.position, 'is_asked', q.is_asked)
            FROM coaching_question q WHERE q.session_type_id = coaching_sessiontype.id ORDER BY q.position, q.id),
        'tiers', ARRAY(
            SELECT jsonb_build_object('id', t.id, 'hours', t.hours, 'percent', t.percent)
            FROM coaching_cancellationtier t WHERE t.session_type_id = coaching_sessiontype.id ORDER BY t.hours DESC),
        'pathways', ARRAY(
            SELECT jsonb_build_object('id', p.id, 'slug', p.slug, 'name', p.name)
            FROM pathways_pathway p JOIN coaching_sessiontype_pathways l ON l.pathway_id = p.id
            WHERE l.sessiontype_id = coaching_sessiontype.id ORDER BY p."order", p.name),
        'offered', ARRAY(
            SELECT jsonb_build_object('id', o.id, 'minutes', o.minutes, 'price', o.price::text)
            FROM coaching_offeredduration o WHERE o.offer_id = coaching_sessiontype.builder_id ORDER BY o.minutes)))
"""
LENGTHS = """
    (SELECT jsonb_build_object(
        'durations', ARRAY(
            SELECT jsonb_build_object('id', d.id, 'minutes', d.minutes, 'price', d.price::text)
            FROM coaching_sessionduration d WHERE d.session_type_id = coaching_sessiontype.id ORDER BY d.minutes),
        'offered', ARRAY(
            SELECT jsonb_build_object('id', o.id, 'minutes', o.minutes, 'price', o.price::text)
            FROM coaching_offeredduration o WHERE o.offer_id = coaching_sessiontype.builder_id ORDER BY o.minutes),
        'timezone', (SELECT u.timezone FROM accounts_user u WHERE u.id = coaching_sessiontype.builder_id),
        'offer', (SELECT to_jsonb(o) || jsonb_build_object('builder', o.builder_id,
                'hourly_rate', o.hourly_rate::text, 'day_rate', o.day_rate::text)
            FROM coaching_offer o WHERE o.builder_id = coaching_sessiontype.builder_id)))
"""
BUILDER = (
    "email", "display_name", "timezone", "place", "hour_format", "avatar", "is_active", "wants_mail", "wants_reminders",
    "wants_notifications",
)  # fmt: skip
PROFILE = (
    "slug",
    "is_published",
    "hidden_at",
    "meeting_url",
    "has_zoom",
    "phone",
    "how_to_pay",
    "shows_email",
    "embed_sites",
)


_active = CompiledQuery(
    lambda builder: SessionType.objects.filter(builder=builder, is_active=True).select_related("service")
)
_lengths = CompiledQuery(
    lambda builder: SessionDuration.objects.filter(session_type__builder=builder, session_type__is_active=True)
)


def active_types(builder: UUID) -> list[SessionType]:
    """Returns the builder's active session types with what cards with prices show, as `priced()` does. Two queries."""
    types = _active.rows(builder)
    lengths: dict[UUID, list[SessionDuration]] = defaultdict(list)
    for length in _lengths.rows(builder) if types else ():
        lengths[length.session_type_id].append(length)
    for session_type in types:
        for length in lengths[session_type.pk]:
            length.session_type = session_type
        keep(session_type, "durations", lengths[session_type.pk])
    return types


def session_type_to_book(**conditions: Any) -> SessionType | None:
    """Returns the one session type that fits the conditions, with builder, profile, offer, lengths, questions, tiers and
    pathways (of these names and slugs); None if there is none. One query, where `complete()` takes seven."""
    try:
        session_type = _to_book(**conditions).get()
    except SessionType.DoesNotExist:
        return None
    return _with_parts(session_type)


def active_type_to_book(pk: UUID, slug: str) -> SessionType | None:
    """Returns the active session type with this id, of the builder with this slug, as `session_type_to_book` does."""
    session_type = _of_builder.first(pk, slug)
    return _with_parts(session_type) if session_type else None


_of_builder = CompiledQuery(lambda pk, slug: _to_book(pk=pk, builder__builder_profile__slug=slug, is_active=True))


def _to_book(**conditions: Any) -> SessionTypeQuerySet:
    """Returns the query with only the columns that booking needs, since most of its time goes into writing its SQL."""
    columns = [
        *(field.name for field in SessionType._meta.concrete_fields),
        *(f"builder__{name}" for name in BUILDER),
        *(f"builder__builder_profile__{name}" for name in PROFILE),
    ]
    joined = SessionType.objects.select_related("builder__builder_profile", "builder__offer")
    loaded = joined.filter(**conditions).only(*columns, "builder__offer")
    return loaded.annotate(parts=RawSQL(PARTS, [], JSONField()))  # noqa: S611  (no value is written into it)


def with_lengths(session_type: SessionType, parts: dict[str, Any]) -> SessionType:
    """Gives the session type its builder with offer, and all lengths, from a column of `LENGTHS`."""
    session_type.builder = _row(User, {"id": str(session_type.builder_id), "timezone": parts["timezone"]})
    if parts["offer"]:
        session_type.builder.offer = _row(Offer, parts["offer"])
    return _keep_parts(session_type, parts)


def _with_parts(session_type: SessionType) -> SessionType:
    """Moves the related rows that were loaded out of their column of JSON to where `prefetch_related` keeps them."""
    return _keep_parts(session_type, vars(session_type).pop("parts"))


def _keep_parts(session_type: SessionType, parts: dict[str, Any]) -> SessionType:
    own: dict[str, type[Model]] = {"durations": SessionDuration, "questions": Question, "tiers": CancellationTier}
    for name, model in own.items():
        if name in parts:
            keep(session_type, name, [_row(model, row, session_type=session_type) for row in parts[name]])
    if "pathways" in parts:
        keep(session_type, "pathways", [_row(Pathway, row) for row in parts["pathways"]])
    if offer := getattr(session_type.builder, "offer", None):
        keep(offer, "durations", [_row(OfferedDuration, row, offer=offer) for row in parts["offered"]])
    return session_type


def _row(model: type[Row], values: dict[str, Any], **related: Model) -> Row:
    """Returns the row of these values. Columns that were not read are loaded when they are needed."""
    columns = [column for column in model._meta.concrete_fields if column.name in values]
    row = model.from_db(
        "default", [column.name for column in columns], [_parsed(column, values[column.name]) for column in columns]
    )
    for name, other in related.items():
        setattr(row, name, other)
    return row


def _parsed(column: Any, value: Any) -> Any:
    return column.to_python(value) if isinstance(value, str) else value


def currency_of(builder: User) -> str | None:
    """Returns the currency of the builder's prices; None before they have set any. One query."""
    return Offer.objects.filter(builder=builder).values_list("currency", flat=True).first()
