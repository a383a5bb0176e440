"""What higher apps report to pathways, which reads none of them: completed sessions and answers to requests, for goals and
badges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from pathways.badges import services as badges
from pathways.goals import services as goals
from pathways.models import AnsweredRequest, CompletedSession

BATCH = 2_000


@dataclass(frozen=True)
class ReportedSession:
    """A completed session, named by the id of its booking."""

    booking: UUID
    client: UUID
    builder: UUID | None
    pathway: UUID | None
    starts_at: datetime
    minutes: int


@transaction.atomic
def report_session(*, session: ReportedSession, client: User, now: datetime) -> None:
    """Stores a session that was completed, and updates what the client reaches with it. One that was somebody else's before,
    such as of a guest whose bookings were moved, is taken from them."""
    if CompletedSession.objects.filter(booking=session.booking).exclude(client=client).exists():
        withdraw_session(booking=session.booking, now=now)
    report_sessions(sessions=[session])
    goals.update_goals(client=client, now=now)
    badges.update_awards(client=client, now=now)
    _update_builder(session.builder, now)


@transaction.atomic
def withdraw_session(*, booking: UUID, now: datetime) -> None:
    """Removes a session that is no longer completed, or no longer this client's. Does nothing if it was not reported."""
    session = CompletedSession.objects.select_related("client").filter(booking=booking).first()
    if session is not None:
        client, builder = session.client, session.builder_id
        session.delete()
        goals.update_goals(client=client, now=now, lost=goals.COUNTED)
        badges.update_awards(client=client, now=now, has_lost=True)
        _update_builder(builder, now, has_lost=True)


@transaction.atomic
def report_answer(*, request: UUID, builder: User, asked_at: datetime, answered_at: datetime) -> None:
    """Stores when a builder answered a request, or that it ended without an answer, and updates their badges."""
    times = {"builder": builder, "asked_at": asked_at, "answered_at": answered_at}
    AnsweredRequest.objects.get_or_create(request=request, defaults=times)
    badges.update_awards(client=builder, now=answered_at)


def _update_builder(builder: UUID | None, now: datetime, *, has_lost: bool = False) -> None:
    person = User.objects.filter(pk=builder).first() if builder else None
    if person is not None:
        badges.update_awards(client=person, now=now, has_lost=has_lost)


def report_sessions(*, sessions: Iterable[ReportedSession]) -> None:
    """Stores many sessions at once, or stores them again, without updating what their clients reach."""
    rows = [
        CompletedSession(
            booking=session.booking, client_id=session.client, builder_id=session.builder, pathway_id=session.pathway,
            starts_at=session.starts_at, minutes=session.minutes,
        )
        for session in sessions
    ]  # fmt: skip
    CompletedSession.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["booking"],
        update_fields=["client", "builder", "pathway", "starts_at", "minutes"],
    )  # fmt: skip
