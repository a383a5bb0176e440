"""Calendars that need their owner's attention."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from connections.models import AccountCalendar, Connection
from core.attention import AttentionItem
from core.compiled import CompiledQuery


def calendars_in_trouble(builder: Any, now: datetime) -> Iterator[AttentionItem]:
    """Yields the calendars that cannot be read, or into which sessions cannot be written. One query."""
    for calendar in _in_trouble.rows(builder.pk):
        if calendar.state == Connection.State.FAILING:
            text = f"“{calendar.name}” cannot be read, last read"
            at = calendar.read_at
            text = text if at else f"“{calendar.name}” cannot be read."
        else:
            text, at = f"Sessions cannot be added to “{calendar.name}”.", None
        yield AttentionItem("calendar", text, calendar.get_absolute_url(), "Check the calendar", at)


def _unread_or_unwritten(builder: UUID) -> QuerySet[Connection]:
    unwritten = AccountCalendar.objects.filter(connection=OuterRef("pk"), is_written=True).exclude(write_error="")
    calendars = Connection.objects.calendars().filter(owner=builder).annotate(is_unwritten=Exists(unwritten))
    return calendars.filter(Q(state=Connection.State.FAILING) | Q(is_unwritten=True))


_in_trouble = CompiledQuery(_unread_or_unwritten)
