"""The refusals about suggested times."""

from core.errors import BaseRefusal


class ProposalRefusal(BaseRefusal):
    PROPOSAL_CLOSED = ("proposal_closed", 409, "This time can no longer be accepted. Look at the booking as it is now.")
    TOO_MANY_PROPOSALS = ("too_many_proposals", 409, "Five times are suggested already. Wait for an answer.")
