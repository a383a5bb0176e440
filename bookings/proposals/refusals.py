"""The refusals about suggested times."""

from core.errors import BaseRefusal


class ProposalRefusal(BaseRefusal):
    PROPOSAL_CLOSED = ("proposal_closed", 409, "This time can no longer be accepted. Check the booking.")
    TOO_MANY_PROPOSALS = ("too_many_proposals", 409, "You have already suggested five times. Wait for an answer.")
