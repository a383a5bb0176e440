"""The badges of a booking in lists: each state has one, and so has each payment."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from bookings.billing.rules import Bill
from bookings.models import Booking
from bookings.states import State
from bookings.templatetags.badges import payment_badge, state_badge


@pytest.mark.parametrize("state", State)
def test_each_state_has_a_badge_with_its_name(state: State) -> None:
    badge = state_badge(Booking(state=state))

    assert state.label in badge
    assert badge.count('class="icon"') == 1


@pytest.mark.parametrize(
    ("field", "words"), [("proof_due_at", "Address not confirmed yet"), ("payment_due_at", "Not paid yet")]
)
def test_a_request_that_does_not_count_yet_says_what_it_waits_for(field: str, words: str) -> None:
    due = {field: timezone.now()}

    assert words in state_badge(Booking(state=State.PENDING, **due))
    assert words not in state_badge(Booking(state=State.CONFIRMED, **due))


@pytest.mark.parametrize(
    ("total", "timing", "shown"), [(50, "outside", "Unpaid"), (50, "", "Not recorded"), (0, "outside", "")]
)
def test_a_completed_session_shows_whether_it_is_paid(total: int, timing: str, shown: str) -> None:
    booking = Booking(state=State.COMPLETED, total=Decimal(total), currency="EUR", payment_timing=timing)

    badge = payment_badge(Bill(booking, None))

    assert shown in badge
    assert bool(badge) == bool(shown)
