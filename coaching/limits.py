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
        ),
        MAILS_NOBODY,
    ),
    # Clients with sessions ahead are sent the new link; builders who share a price are told.
    **dict.fromkeys(
        ("coaching:offer", "coaching:meetings", "coaching:share_offer", "coaching:answer_share"), TELLS_SOMEBODY
    ),
}
