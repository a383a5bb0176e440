"""The limits on POST requests to the pages of this app."""

from accounts.sign_in.limits import MAILS_NOBODY, TELLS_SOMEBODY

POSTS = {
    **dict.fromkeys(
        (
            "coaching:new_offer",
            "coaching:preview",
            "coaching:reorder",
            "coaching:duplicate",
            "coaching:switch",
            "coaching:rates",
            "coaching:payment",
            "coaching:early_booking",
            "coaching:early_booking_of",
            "coaching:new_package",
            "coaching:package",
            "coaching:archive_package",
            "coaching:buy_package",
            "coaching:purchase",
        ),
        MAILS_NOBODY,
    ),
    # Clients with sessions ahead are sent the new link; builders who share a price are told.
    **dict.fromkeys(
        (
            "coaching:offer",
            "coaching:meetings",
            "coaching:share_offer",
            "coaching:answer_share",
            "coaching:refund_package",
            "coaching:refund_package_again",
        ),
        TELLS_SOMEBODY,
    ),
}
