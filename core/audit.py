"""The audit log: one row for each action that somebody may ask about later."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any
from uuid import UUID

from core.models import AuditEntry
from core.tracing import request_id

# The member of staff who uses another person's account in this request, and so has really done what that person is
# recorded to do. A middleware sets it.
acting_as: ContextVar[UUID | None] = ContextVar("acting_as", default=None)

_former_labels: dict[str, str] = {}


def register_former_labels(labels: dict[str, str]) -> None:
    """Registers former labels of renamed models, by which older rows name their subject: the audit is append-only."""
    _former_labels.update(labels)


def former_labels() -> dict[str, str]:
    """Returns the present label for each former one."""
    return dict(_former_labels)


def record(
    *, actor: Any, action: str, subject: Any, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> AuditEntry:
    """Writes an audit row in the caller's transaction, so that the action and its row are saved together or not at all.

    An `actor` of None is the system. While staff act as a person, the row also says who really acted.
    """
    return AuditEntry.objects.create(
        actor_id=getattr(actor, "pk", None),
        acting_as_id=acting_as.get(),
        action=action,
        subject=subject if isinstance(subject, str) else name_of(subject),
        before=before,
        after=after,
        request_id=request_id.get(),
    )


def record_download(*, actor: Any, subject: str, rows: int, form: str = "CSV") -> AuditEntry:
    """Writes that somebody has downloaded this many rows of a model, by its label."""
    return record(actor=actor, action=f"downloaded as {form}", subject=subject, before=None, after={"rows": rows})


def name_of(subject: Any) -> str:
    """Returns the model label and the key of a row, such as `core.flag:7`."""
    return f"{subject._meta.label_lower}:{subject.pk}"


def former_names(name: str) -> list[str]:
    """Returns the names that older rows have for this subject, such as `core.flag:7`, if its model has former labels."""
    label, colon, key = name.partition(":")
    return [f"{old}{colon}{key}" for old, new in _former_labels.items() if new == label.lower()]
