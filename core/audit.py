"""The audit: one row for each act that somebody may ask about later."""

from __future__ import annotations

from typing import Any

from core.models import AuditEntry
from core.tracing import request_id

# What models were called when rows were written: the audit is append-only, so those keep the old label.
FORMER_LABELS: dict[str, str] = {
    "pathways.need": "pathways.skillprerequisite",
    "pathways.tally": "pathways.sessioncount",
    "pathways.teaching": "pathways.builderskill",
    "bookings.place": "bookings.waitinglistentry",
    "bookings.offered": "bookings.slotoffer",
    "bookings.stepcount": "bookings.funnelcount",
}


def record(
    *, actor: Any, action: str, subject: Any, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> AuditEntry:
    """Writes the row in the caller's transaction: no act without it, no row without the act. None is the system."""
    return AuditEntry.objects.create(
        actor_id=getattr(actor, "pk", None),
        action=action,
        subject=subject if isinstance(subject, str) else name_of(subject),
        before=before,
        after=after,
        request_id=request_id.get(),
    )


def name_of(subject: Any) -> str:
    """`accounts.user:0192…`: says what it is, and finds it again."""
    return f"{subject._meta.label_lower}:{subject.pk}"


def former_names(name: str) -> list[str]:
    """The names under which older rows know the same subject: `bookings.waitinglistentry:7` was `bookings.place:7`."""
    label, colon, key = name.partition(":")
    return [f"{old}{colon}{key}" for old, new in FORMER_LABELS.items() if new == label.lower()]
