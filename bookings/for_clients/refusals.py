"""The refusal about sessions that a builder books."""

from core.errors import BaseRefusal


class InvitationRefusal(BaseRefusal):
    NOT_YOUR_CLIENT = (
        "not_your_client",
        403,
        "Only somebody who has booked with you before can be booked without being asked.",
    )
