"""What a booking waits for, for models of bookings and for rows with a few of their columns."""

from __future__ import annotations

from typing import Any

from bookings.states import State


class WaitingRules:
    """What a booking waits for, by its columns: of a model, or of a row that has no more than these."""

    state: Any
    awaits_client: Any
    proof_due_at: Any
    payment_due_at: Any

    @property
    def is_open_invitation(self) -> bool:
        """Whether the client has yet to accept what the builder has booked for them."""
        return bool(self.awaits_client) and self.state == State.PENDING

    @property
    def is_counting(self) -> bool:
        """Whether nothing has to be done first: neither a guest's address confirmed, nor the session paid."""
        return self.proof_due_at is None and self.payment_due_at is None
