"""The refusals about referrals."""

from core.errors import BaseRefusal


class ReferralRefusal(BaseRefusal):
    NOT_REDEEMABLE = ("not_redeemable", 409, "This code cannot be used.")
    DECIDED = ("referral_decided", 409, "This referral has been decided already.")
