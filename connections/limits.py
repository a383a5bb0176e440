"""The limits on POST requests to the pages of this app."""

from __future__ import annotations

from datetime import timedelta

from accounts.sign_in.limits import MAILS_NOBODY, ONLY_SHOWS
from core.limits import Limit
from core.post_limits import PostLimit

# Posts after which Waymark asks an outside service.
STARTS = Limit("accounts connected", "LIMIT_CALENDAR_READS_PER_PERSON", timedelta(hours=1))

POSTS = {
    "connections:start": PostLimit(person=STARTS),
    "connections:agree": ONLY_SHOWS,
    "connections:callback": ONLY_SHOWS,
    "connections:disconnect": MAILS_NOBODY,
}
