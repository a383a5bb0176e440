"""The limits on POST requests to the pages of this app."""

from accounts.sign_in.limits import MAILS_NOBODY, TELLS_SOMEBODY

POSTS = {
    **dict.fromkeys(
        (
            "payments:set_up_payouts", "payments:check_payouts", "payments:dispute", "payments:billing_details",
            "payments:seller_details", "payments:correct_invoice", "payments:withdraw_gift", "payments:own_plans",
            "payments:own_plan", "payments:add_card", "payments:card",
        ),
        MAILS_NOBODY,
    ),
    "payments:gift": TELLS_SOMEBODY,  # the buyer is told once that it was claimed
    **dict.fromkeys(("payments:plan", "payments:subscription", "payments:change_plan"), TELLS_SOMEBODY),
}  # fmt: skip
