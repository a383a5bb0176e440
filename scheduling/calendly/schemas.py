"""Schemas of Calendly in the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from connections.models import LinkedAccount
from core.api import In, Out, SuccessBody, Text
from core.openapi import InstantText, enum_of
from scheduling.calendly.models import CalendlySync


class SyncOut(Out):
    id: UUID
    status: Annotated[str, enum_of(CalendlySync.Status.values)]
    created: int
    updated: int
    deactivated: int
    unchanged: int
    error: str | None
    started_at: InstantText | None
    finished_at: InstantText | None

    @classmethod
    def of(cls, run: CalendlySync) -> SyncOut:
        return cls(
            id=run.pk, status=run.status, created=run.created, updated=run.updated, deactivated=run.deactivated,
            unchanged=run.unchanged, error=run.error or None, started_at=_instant(run.started_at),
            finished_at=_instant(run.finished_at),
        )  # fmt: skip


class SyncAnswer(SuccessBody):
    sync: SyncOut


class ConnectionOut(Out):
    status: Annotated[str, enum_of(("connected", "broken", "none"))]
    account: str | None
    message: str | None
    last_sync: SyncOut | None

    @classmethod
    def of(cls, account: LinkedAccount | None, run: CalendlySync | None) -> ConnectionOut:
        if account is None:
            return cls(status="none", account=None, message=None, last_sync=None)
        return cls(
            status="broken" if account.is_broken else "connected",
            account=account.name or None,
            message=account.error or None,
            last_sync=SyncOut.of(run) if run else None,
        )


class ConnectionAnswer(SuccessBody):
    connection: ConnectionOut


class TokenIn(In):
    token: Annotated[Text, StringConstraints(max_length=2_000)]


class SyncIn(In):
    builder_id: str | None = None


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
