"""The limits on POST requests to the pages of this app."""

from accounts.sign_in.limits import MAILS_NOBODY

POSTS = dict.fromkeys(
    (
        "payments:set_up_payouts", "payments:check_payouts", "payments:dispute", "payments:billing_details",
        "payments:seller_details", "payments:correct_invoice",
    ),
    MAILS_NOBODY,
)  # fmt: skip
