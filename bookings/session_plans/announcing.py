"""Tells both sides of a plan that was booked: one mail to the client, and one to each builder about their sessions."""

from __future__ import annotations

from collections.abc import Sequence

from bookings.models import PlannedSession, SessionPlan


def announce(plan: SessionPlan, sessions: Sequence[PlannedSession]) -> None:
    """Queues the mails and the notifications about a plan that was booked. Called in its transaction."""
