"""Suggested times, as the page of a booking shows them."""

from __future__ import annotations

from typing import Any

from bookings.agreement.access import BookingAccess
from bookings.flags import SUGGESTED_TIMES
from bookings.proposals.queries import open_proposals
from bookings.states import Side, Verb
from bookings.times import When
from core import flags


def proposal_context(access: BookingAccess) -> dict[str, Any]:
    """Returns the times suggested now, and whether the viewer may suggest some. One query for a session ahead."""
    proposals = open_proposals(access.booking, access.now)
    may_suggest = Side.BUILDER in access.sides and Verb.PROPOSE in access.verbs
    return {
        "suggested": [When(proposal.starts_at, proposal.ends_at, access.zone) for proposal in proposals],
        "may_suggest": may_suggest and flags.is_on(access.request, SUGGESTED_TIMES),
    }
