"""The refusals that bookings adds to those of `core.errors`."""

from core.errors import BaseRefusal


class BookingRefusal(BaseRefusal):
    NOT_BOOKABLE = ("not_bookable", 409, "This session cannot be booked at the moment.")
    PRICE_CHANGED = ("price_changed", 409, "The price has changed.")
    REVIEW_CLOSED = ("review_closed", 409, "This session can no longer be reviewed.")
    NOTHING_TO_MERGE = (
        "nothing_to_merge",
        409,
        "Nobody booked as a guest with this address, or it is all in this account.",
    )
    NOT_A_GUEST = (
        "not_a_guest",
        409,
        "This address belongs to another member. Only bookings of guests can be moved into an account.",
    )
    MERGE_OVER = ("merge_over", 409, "This was undone already, or it is more than 30 days ago.")
    NOT_DELIVERABLE = (
        "not_deliverable",
        409,
        "Files and links can be added during a session or after it is completed.",
    )
