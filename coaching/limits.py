"""The limits on POST requests to the pages of this app."""

from accounts.sign_in.limits import MAILS_NOBODY

POSTS = dict.fromkeys(
    (
        "coaching:new_offer",
        "coaching:preview",
        "coaching:reorder",
        "coaching:offer",
        "coaching:duplicate",
        "coaching:switch",
        "coaching:rates",
    ),
    MAILS_NOBODY,
)
