"""Tables on the pages of staff, and how they show mails and rows of the audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.staff_pages import booking_page, person_page
from core import mail
from core.audit_subjects import subjects_of
from core.models import AuditEntry, OutboxMessage


@dataclass(frozen=True)
class ShownCell:
    """What a table shows in one place: a text with perhaps a link, or a time; `more` opens below it."""

    text: str = ""
    url: str = ""
    at: datetime | None = None
    more: str = ""


@dataclass(frozen=True)
class ShownTable:
    """The rows of one page of a table, and the cursor of the next page."""

    head: Sequence[str]
    rows: Sequence[Sequence[ShownCell]]
    next_cursor: str | None = None

    @property
    def labelled(self) -> list[list[tuple[str, ShownCell]]]:
        """The cells of each row with the heading of their column."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


def subject_of(message: OutboxMessage) -> str:
    """Returns the subject of a mail; of one whose text is not kept any more, what it was about."""
    return str(message.payload.get("subject") or message.event.partition(":")[0].capitalize() or mail.CHANNEL)


def actor_of(entry: AuditEntry) -> str:
    """Returns who did it: the person, and the member of staff who used their account."""
    name = entry.actor.display_name if entry.actor else "Waymark"
    is_other = entry.acting_as_id != entry.actor_id  # who stops acting as somebody does it as themselves
    return f"{entry.acting_as.display_name} as {name}" if entry.acting_as and is_other else name


def subjects_in(entries: Sequence[AuditEntry]) -> dict[str, ShownCell]:
    """Returns what the rows are about, with the pages of staff. One query."""
    pages = {
        "accounts.user": lambda key, name: person_page(key),
        "bookings.booking": lambda key, name: booking_page(name, key),
        "core.maillogentry": lambda key, name: reverse("operations:mail_message", args=[key]),
        "accounts.member": lambda key, name: reverse("accounts:member", args=[key]),
    }
    subjects = subjects_of({entry.subject for entry in entries}, pages)
    return {name: ShownCell(subject.text, subject.url) for name, subject in subjects.items()}


def facts_of(entry: AuditEntry) -> str:
    """Returns the values before and after as lines of text."""
    before = [f"{name}, before: {value}" for name, value in (entry.before or {}).items()]
    return "\n".join([*before, *(f"{name}: {value}" for name, value in (entry.after or {}).items())])
