"""How often each page of an offer may be posted to."""

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
