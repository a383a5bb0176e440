"""Acts of the tests of badges: sessions that count, without the bookings that they come from."""

from __future__ import annotations

from accounts.models import User
from core import clock
from pathways.badges import services as badges
from pathways.models import CompletedSession
from tests.factories.pathways import CompletedSessionFactory


def count_sessions(*, client: User, sessions: int) -> None:
    """Makes it so many completed sessions of the client, and updates their awards."""
    kept = list(CompletedSession.objects.filter(client=client)[:sessions].values_list("pk", flat=True))
    CompletedSession.objects.filter(client=client).exclude(pk__in=kept).delete()
    for _ in range(sessions - len(kept)):
        CompletedSessionFactory.create(client=client)
    badges.update_awards(client=client, now=clock.now(), has_lost=True)
