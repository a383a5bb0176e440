"""Demo data for the waiting list."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from bookings.models import WaitingListEntry
from bookings.waiting_list import services as waiting_list
from core.registry import DemoPlan


def add_waiting_list_entry(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Adds Cleo to the waiting list for evenings, at which Ada has no hours."""
    review = ada.session_types.filter(title__startswith="App review").first()
    if review is None:
        return
    today = plan.now.date()
    waiting_list.join(
        entry=WaitingListEntry(
            client=cleo, session_type=review, minutes=review.default_minutes, first_day=today, weekdays=[0, 1, 2, 3, 4],
            last_day=today + timedelta(days=40), from_minute=19 * 60, to_minute=21 * 60, timezone=cleo.timezone,
            details={f"question_{question.pk}": "https://example.com/threadbare" for question in review.questions.all()},
        )
    )  # fmt: skip
