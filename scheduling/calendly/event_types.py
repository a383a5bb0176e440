"""Updates a builder's session types from the event types that were read from Calendly.

Each event type is written in a transaction of its own, with its session type, so that an interrupted run leaves nothing
half-written, and running it again leads to the same state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from coaching.models import SessionType
from coaching.services import QuestionInput, SessionTypeParts, save_session_type, set_active
from connections.calendly.wire import EventType
from core.locks import lock_until_commit
from scheduling.calendly.models import CalendlyEventType
from scheduling.calendly.values import LABELS, Merge, Values, local_values, merge, shown, upstream_values

CREATED, UPDATED, DEACTIVATED, UNCHANGED = "created", "updated", "deactivated", "unchanged"


@dataclass(frozen=True)
class Upstream:
    """An event type as it was read, with the places of a group."""

    event_type: EventType
    seats: int


@dataclass(frozen=True)
class PlannedChange:
    """The changes that a sync would make to one session type, as text for people."""

    name: str
    outcome: str
    lines: list[str]


def rows_of(builder: UUID) -> dict[str, CalendlyEventType]:
    """Returns the builder's event types by URI, with their session types. Three queries."""
    rows = CalendlyEventType.objects.filter(builder=builder).select_related("session_type__builder__builder_profile")
    return {row.uri: row for row in rows.prefetch_related("session_type__durations", "session_type__questions")}


def needs_seats(row: CalendlyEventType | None, event_type: EventType) -> bool:
    """Whether the size of a group has to be asked for: it is new, or was changed since it was asked for."""
    return (
        event_type.is_group
        and event_type.is_active
        and (row is None or row.upstream_changed_at != event_type.updated_at)
    )


def seats_known(row: CalendlyEventType | None) -> int:
    return int(row.upstream.get("seats", 2)) if row is not None else 2


def plan(*, builder: UUID, read: Iterable[Upstream]) -> list[PlannedChange]:
    """Returns what a sync would do, and writes nothing."""
    rows, changes = rows_of(builder), []
    for upstream in read:
        row = rows.pop(upstream.event_type.uri, None)
        if row is None:
            if upstream.event_type.is_active:
                changes.append(PlannedChange(upstream.event_type.name, CREATED, []))
            continue
        merged = _merged(row, _values(row, upstream))
        if merged.changed:
            before = local_values(row.session_type)
            lines = [
                f"{LABELS[name]}: {shown(name, before[name])} becomes {shown(name, merged.values[name])}"
                for name in merged.changed
            ]
            changes.append(PlannedChange(row.session_type.title, UPDATED, lines))
    gone = [row for row in rows.values() if row.gone_at is None]
    return changes + [PlannedChange(row.session_type.title, DEACTIVATED, []) for row in gone]


def bring_in_step(*, builder: User, upstream: Upstream, row: CalendlyEventType | None) -> str:
    """Writes one event type, and returns what that did. `row` is how it was when the run began: no query if it fits."""
    if row is not None and not _is_changed(row, upstream):
        return UNCHANGED
    with transaction.atomic():
        _lock(builder.pk)
        current = rows_of_uri(builder.pk, upstream.event_type.uri)
        if current is None:
            return _create(builder, upstream) if upstream.event_type.is_active else UNCHANGED
        return _update(current, _values(current, upstream), upstream.event_type)


def adopt(*, builder: User, event_type: EventType) -> None:
    """Creates an unpublished session type for an event type that somebody has booked but that is not listed, such as a
    single-use event or a team's.
    """
    with transaction.atomic():
        _lock(builder.pk)
        if rows_of_uri(builder.pk, event_type.uri) is None:
            _create(builder, Upstream(event_type, 2))


def deactivate_gone(*, builder: User, row: CalendlyEventType, now: datetime) -> str:
    """Closes a session type whose event type is not in the list any more. It is never deleted."""
    if row.gone_at is not None:
        return UNCHANGED
    with transaction.atomic():
        _lock(builder.pk)
        current = rows_of_uri(builder.pk, row.uri)
        if current is None or current.gone_at is not None:
            return UNCHANGED
        current.gone_at = now
        values = current.upstream | {"is_active": False}
        return _update(current, values, None)


def rows_of_uri(builder: UUID, uri: str) -> CalendlyEventType | None:
    row = CalendlyEventType.objects.filter(builder=builder, uri=uri).select_related("session_type").first()
    if row is not None:
        row.session_type = SessionType.objects.select_for_update().get(pk=row.session_type_id)
    return row


def write_values(session_type: SessionType, values: Values, names: Iterable[str]) -> bool:
    """Writes these values to the session type; prices, category and pathways stay as they are. Returns whether its
    lengths could keep their prices: a length that has none is left to its builder to price."""
    has_prices = True
    names = set(names)
    if names == {"is_active"}:
        set_active(session_type=session_type, is_active=values["is_active"], by=None)
        return True
    for name in names - {"durations", "place", "questions"}:
        setattr(session_type, name, values[name])
    if "place" in names:
        place = values["place"]
        session_type.is_remote, session_type.is_in_person, session_type.in_person_at, session_type.address = place
    durations: dict[int, Decimal | None] = {row.minutes: row.price for row in session_type.durations.all()}
    if "durations" in names:
        session_type.default_minutes, lengths = values["durations"]
        is_priced = any(price is not None for price in durations.values())
        has_prices = not is_priced or set(lengths) <= durations.keys()
        durations = {minutes: durations.get(minutes) if has_prices else None for minutes in lengths}
        session_type.is_active &= has_prices  # what cannot be booked is not published
    save_session_type(session_type=session_type, parts=_parts(session_type, durations, values, names), by=None)
    return has_prices


def _parts(
    session_type: SessionType, durations: dict[int, Decimal | None], values: Values, names: Iterable[str]
) -> SessionTypeParts:
    is_new = session_type._state.adding
    asked = [] if is_new else [question for question in session_type.questions.all() if question.is_asked]
    if "questions" in names:
        ids = {question.label: question.pk for question in asked}
        questions = [
            QuestionInput(label, kind, options, is_required, ids.pop(label, None))
            for label, kind, options, is_required in values["questions"]
        ]
    else:
        questions = [] if is_new else questions_of(session_type)
    return SessionTypeParts(
        durations=durations,
        tiers={} if is_new else {tier.hours: tier.percent for tier in session_type.tiers.all()},
        questions=questions,
        pathways=[] if is_new else list(session_type.pathways.all()),
    )


def questions_of(session_type: SessionType) -> list[QuestionInput]:
    """Returns the questions that are asked, to save them unchanged."""
    asked = [question for question in session_type.questions.all() if question.is_asked]
    return [QuestionInput(row.label, row.kind, row.options, row.is_required, row.pk) for row in asked]


def _values(row: CalendlyEventType, upstream: Upstream) -> Values:
    is_offered = upstream.event_type.is_active and row.mapped_at is not None
    return upstream_values(upstream.event_type, seats=upstream.seats, is_offered=is_offered)


def _is_changed(row: CalendlyEventType, upstream: Upstream) -> bool:
    values, event_type = _values(row, upstream), upstream.event_type
    is_same = (
        row.upstream == values
        and row.gone_at is None
        and (row.name, row.is_active, row.is_secret, row.upstream_changed_at)
        == (event_type.name[:200], event_type.is_active, event_type.is_secret, event_type.updated_at[:40])
        and row.session_type.calendly_url == _page(event_type)
    )
    return not is_same or bool(_merged(row, values).changed)


def _merged(row: CalendlyEventType, upstream: Values) -> Merge:
    return merge(upstream=upstream, local=local_values(row.session_type), written=row.written, kept=row.kept)


def _create(builder: User, upstream: Upstream) -> str:
    event_type = upstream.event_type
    values = upstream_values(event_type, seats=upstream.seats, is_offered=False)
    session_type = SessionType(builder=builder, auto_confirm=True, is_active=False, calendly_url=_page(event_type))
    write_values(session_type, values, values)
    CalendlyEventType.objects.create(
        builder=builder, uri=event_type.uri, session_type=session_type, upstream=values, written=values,
        **_facts(event_type),
    )  # fmt: skip
    return CREATED


def _update(row: CalendlyEventType, upstream: Values, event_type: EventType | None) -> str:
    session_type = row.session_type
    was_active = session_type.is_active
    merged = _merged(row, upstream)
    row.upstream = upstream
    local = local_values(session_type)
    row.written = row.written | {name: upstream[name] for name in upstream if upstream[name] == local[name]}
    if event_type is not None:
        row.gone_at = None
        for name, value in _facts(event_type).items():
            setattr(row, name, value)
        if session_type.calendly_url != _page(event_type):
            session_type.calendly_url = _page(event_type)
            session_type.save(update_fields=["calendly_url", "changed_at"])
    if merged.changed:
        row.written |= {name: merged.values[name] for name in merged.changed}
        if not write_values(session_type, merged.values, merged.changed):
            ask_for_prices(row)
    row.save()
    if was_active and "is_active" in merged.changed:
        return DEACTIVATED
    return UPDATED if merged.changed else UNCHANGED


def ask_for_prices(row: CalendlyEventType) -> None:
    """Closes a session type with a new length that has no price, until the builder has chosen its terms again."""
    row.mapped_at = None
    row.upstream = row.upstream | {"is_active": False}
    row.written = row.written | {"is_active": False}
    set_active(session_type=row.session_type, is_active=False, by=None)
    row.session_type.is_active = False


def _facts(event_type: EventType) -> dict[str, Any]:
    return {
        "name": event_type.name[:200],
        "is_active": event_type.is_active,
        "is_secret": event_type.is_secret,
        "upstream_changed_at": event_type.updated_at[:40],
    }


def _page(event_type: EventType) -> str:
    """Returns the address of its page, if it is one that a browser may be sent to."""
    address = event_type.scheduling_url
    return address if len(address) <= 500 and address.startswith(("https://", "http://")) else ""


def _lock(builder: UUID) -> None:
    lock_until_commit(f"calendly event types of {builder}")


def differences(row: CalendlyEventType) -> list[tuple[str, str, str, str]]:
    """Returns what was changed by hand: the field, its label, our value and Calendly's. No query for loaded rows."""
    local = local_values(row.session_type)
    return [
        (name, LABELS[name], shown(name, local[name]), shown(name, row.upstream[name]))
        for name in _merged(row, row.upstream).different
    ]
