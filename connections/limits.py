"""The limits on POST requests to the pages of this app."""

from __future__ import annotations

from datetime import timedelta

from accounts.sign_in.limits import MAILS_NOBODY, ONLY_SHOWS
from core.limits import Limit
from core.post_limits import PostLimit

# Posts after which Waymark asks an outside service.
STARTS = Limit("accounts connected", "LIMIT_CALENDAR_READS_PER_PERSON", timedelta(hours=1))
# Messages that are sent to an address of the person's choice.
SENDS = Limit("webhooks sent by hand", "LIMIT_ACTS_PER_PERSON", timedelta(minutes=10))

POSTS = {
    "connections:start": PostLimit(person=STARTS),
    "connections:agree": ONLY_SHOWS,
    "connections:callback": ONLY_SHOWS,
    "connections:disconnect": MAILS_NOBODY,
    "connections:zoom": MAILS_NOBODY,
    "connections:webhooks": ONLY_SHOWS,
    "connections:webhook_new": MAILS_NOBODY,
    "connections:webhook": MAILS_NOBODY,
    "connections:webhook_switch": MAILS_NOBODY,
    "connections:webhook_secret": MAILS_NOBODY,
    "connections:webhook_test": PostLimit(person=SENDS),
    "connections:webhook_replay": PostLimit(person=SENDS),
    "connections:webhook_delivery": ONLY_SHOWS,
    "connections:webhook_delete": MAILS_NOBODY,
}
