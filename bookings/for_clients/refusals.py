"""The refusal about sessions that a builder books."""

from core.errors import BaseRefusal


class InvitationRefusal(BaseRefusal):
    NOT_YOUR_CLIENT = (
        "not_your_client",
        403,
        "You can only book for a client without asking if they have booked with you before.",
    )
