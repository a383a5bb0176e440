"""The sources of events that webhooks are sent for. Apps above register theirs in `apps.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import TextChoices


@dataclass(frozen=True)
class WebhookEvent:
    """What is sent of an event: when it happened, and its data as JSON."""

    at: str
    data: dict[str, Any]


@dataclass(frozen=True)
class EventSource:
    """`load` returns the event with this id as its subject is now, or None if it is gone."""

    name: str
    kinds: type[TextChoices]
    load: Callable[[UUID], WebhookEvent | None]


_sources: dict[str, EventSource] = {}


def register_event_source(source: EventSource) -> None:
    _sources[source.name] = source


def source_named(name: str) -> EventSource | None:
    return _sources.get(name)


def kind_choices() -> list[tuple[str, str]]:
    """Returns all kinds of events with their labels, for the form in which an owner chooses."""
    return [choice for source in _sources.values() for choice in source.kinds.choices]
