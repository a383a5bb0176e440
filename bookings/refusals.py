"""The refusals that bookings adds to those of `core.errors`."""

from core.errors import BaseRefusal


class BookingRefusal(BaseRefusal):
    NOT_BOOKABLE = ("not_bookable", 409, "This session cannot be booked at the moment.")
    PRICE_CHANGED = ("price_changed", 409, "The price has changed.")
    REVIEW_CLOSED = ("review_closed", 409, "This session can no longer be reviewed.")
    NOT_DELIVERABLE = (
        "not_deliverable",
        409,
        "Files and links can be added during a session or after it is completed.",
    )
