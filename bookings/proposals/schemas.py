"""Suggested times in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from bookings.api.formats import instant
from bookings.models import Booking, Proposal
from core.api import In, Instant, Out, SuccessBody
from core.openapi import InstantText, enum_of


class ProposalIn(In):
    start_time: Instant
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class ProposalOut(Out):
    id: UUID
    start_time: InstantText
    status: Annotated[str, enum_of(Proposal.State.values)]

    @classmethod
    def of(cls, proposal: Proposal, booking: Booking, now: datetime) -> ProposalOut:
        """Returns the suggested time. One that can no longer be accepted has lapsed, whatever its row still says."""
        is_over = proposal.state == Proposal.State.OPEN and not proposal.is_open(booking, now)
        status = Proposal.State.LAPSED if is_over else proposal.state
        return cls(id=proposal.pk, start_time=instant(proposal.starts_at), status=str(status))


class ProposalAnswer(SuccessBody):
    proposal: ProposalOut
