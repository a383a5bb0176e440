"""Reads what the pages of Calendly show."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from connections.models import LinkedAccount
from scheduling.calendly import event_types
from scheduling.calendly.models import CalendlyEventType, CalendlySync


@dataclass(frozen=True)
class EventTypeRow:
    """An event type, and what was changed by hand in its session type."""

    event_type: CalendlyEventType
    differences: list[tuple[str, str, str, str]]

    @property
    def needs_terms(self) -> bool:
        return self.event_type.mapped_at is None and self.event_type.gone_at is None


def event_type_rows(builder: UUID) -> list[EventTypeRow]:
    """Returns the builder's event types, those that need terms first. Three queries."""
    rows = [EventTypeRow(row, event_types.differences(row)) for row in event_types.rows_of(builder).values()]
    return sorted(rows, key=lambda row: (not row.needs_terms, row.event_type.gone_at is not None))


def questions_there(session_type: UUID) -> list[str]:
    """Returns the labels of the questions that Calendly asks for this session type, in its order. One query."""
    upstream = CalendlyEventType.objects.filter(session_type=session_type).values_list("upstream", flat=True).first()
    return [str(question[0]) for question in (upstream or {}).get("questions", [])]


def last_sync(account: LinkedAccount) -> CalendlySync | None:
    return CalendlySync.objects.filter(account=account).first()


def sync_of(pk: UUID) -> CalendlySync | None:
    return CalendlySync.objects.filter(pk=pk).select_related("account").first()
