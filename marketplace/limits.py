"""Limits on POST requests to each page of the marketplace."""

from accounts.sign_in.limits import MAILS_NOBODY, ONLY_SHOWS, TELLS_SOMEBODY
from core.post_limits import PostLimit

POSTS = {
    "marketplace:keep": MAILS_NOBODY,
    "marketplace:letter": MAILS_NOBODY,
    "marketplace:watch": MAILS_NOBODY,
    "marketplace:save_search": MAILS_NOBODY,
    "marketplace:saved_search": MAILS_NOBODY,
    "marketplace:stop": PostLimit(
        none_because="It mails nobody, and mail programs send it from the same few networks."
    ),
    "marketplace:first_steps": MAILS_NOBODY,
    "marketplace:share": MAILS_NOBODY,
    "marketplace:qr": ONLY_SHOWS,
    "marketplace:short": ONLY_SHOWS,
    "marketplace:listing": TELLS_SOMEBODY,
    "marketplace:preview": MAILS_NOBODY,
    "marketplace:portfolio": MAILS_NOBODY,
    "marketplace:reorder": MAILS_NOBODY,
    "marketplace:own_piece": MAILS_NOBODY,
}
