"""Reads the log of emails."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from core.ids import first_uuid7_at
from core.mail_log.kinds import label_of
from core.mail_log.models import DeadAddress, MailLogEntry

# The states that somebody has to look at.
TROUBLE = (
    MailLogEntry.State.FAILED,
    MailLogEntry.State.BOUNCED,
    MailLogEntry.State.COMPLAINED,
    MailLogEntry.State.HELD,
)


@dataclass(frozen=True)
class MailFilters:
    """What the list of emails is narrowed to; empty values do not narrow it."""

    state: str = ""  # a state, or `trouble`
    address: str = ""  # or how it begins
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None  # exclusive


def messages_to(person: Any) -> QuerySet[MailLogEntry]:
    """Returns the emails to a person, the newest first, without their contents: to their account, also at a former
    address, and those to their address that nobody else's account was sent, such as before they had one."""
    to_nobody_else = Q(person=None, recipient=person.email)
    return MailLogEntry.objects.filter(Q(person=person) | to_nobody_else).defer("content")


def messages_to_address(address: str) -> QuerySet[MailLogEntry]:
    """Returns the emails to an address, such as that of a guest, the newest first, without their contents."""
    return MailLogEntry.objects.filter(recipient=address.lower()).defer("content")


def filtered(filters: MailFilters) -> QuerySet[MailLogEntry]:
    """Returns the emails that fit all filters, without their contents."""
    rows = MailLogEntry.objects.defer("content")
    if filters.state == "trouble":
        rows = rows.filter(state__in=TROUBLE)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    if filters.address:
        rows = rows.filter(recipient__startswith=filters.address.lower())
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.since is not None:
        rows = rows.filter(id__gte=first_uuid7_at(filters.since))
    if filters.until is not None:
        rows = rows.filter(id__lt=first_uuid7_at(filters.until))
    return rows


def kinds() -> list[tuple[str, str]]:
    """Returns the kinds in the log with their names. One query, which jumps from kind to kind in the index."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE kinds AS (
                (SELECT kind FROM core_maillogentry ORDER BY kind LIMIT 1)
                UNION ALL
                SELECT (SELECT next.kind FROM core_maillogentry next WHERE next.kind > kinds.kind ORDER BY kind LIMIT 1)
                FROM kinds WHERE kinds.kind IS NOT NULL
            )
            SELECT kind FROM kinds WHERE kind IS NOT NULL
            """
        )
        names = [kind for (kind,) in cursor.fetchall()]
    return sorted(((kind, label_of(kind)) for kind in names), key=lambda choice: choice[1])


def dead_address(address: str) -> DeadAddress | None:
    """Returns why an address is not mailed any more; None if it is."""
    return DeadAddress.objects.dead().filter(address=address.lower()).first()


def dead_among(addresses: Collection[str]) -> set[str]:
    """Returns those of the addresses that are not mailed any more. One query."""
    wanted = {address.lower() for address in addresses}
    return set(DeadAddress.objects.dead().filter(address__in=wanted).values_list("address", flat=True))


def failed_count() -> int:
    """Returns how many emails were given up and not sent again, up to 1,000."""
    return MailLogEntry.objects.filter(state=MailLogEntry.State.FAILED)[:1000].count()


def dead_count() -> int:
    """Returns how many addresses are not mailed any more."""
    return DeadAddress.objects.dead().count()
