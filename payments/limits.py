"""The limits on POST requests to the pages of this app."""

from accounts.sign_in.limits import MAILS_NOBODY, TELLS_SOMEBODY

POSTS = {
    **dict.fromkeys(
        (
            "payments:set_up_payouts", "payments:check_payouts", "payments:dispute", "payments:billing_details",
            "payments:seller_details", "payments:correct_invoice", "payments:withdraw_gift",
        ),
        MAILS_NOBODY,
    ),
    "payments:gift": TELLS_SOMEBODY,  # the buyer is told once that it was claimed
}  # fmt: skip
