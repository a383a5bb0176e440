"""The refusals about credits."""

from core.errors import BaseRefusal


class CreditRefusal(BaseRefusal):
    NO_CREDIT = ("no_credit", 409, "You have no credit for this session. Nothing was booked.")
    CREDITS_USED = ("credits_used", 409, "There are no unused credits left.")
    GIFT_CLAIMED = ("gift_claimed", 409, "This gift has been claimed already.")
    GIFT_WITHDRAWN = ("gift_withdrawn", 409, "This gift was withdrawn by the person who bought it.")
