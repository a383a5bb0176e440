"""Limits on POST to the pages of staff."""

from __future__ import annotations

from accounts.sign_in.limits import MAILS_NOBODY
from core.post_limits import PostLimit

STAFF_ONLY = PostLimit(none_because="Only staff can open it, and each use is audited.")

POSTS = {
    "operations:application": STAFF_ONLY,
    "operations:calendar": STAFF_ONLY,
    "operations:read_calendar": STAFF_ONLY,
    "operations:person_act": STAFF_ONLY,
    "operations:booking_act": STAFF_ONLY,
    "operations:new_badge": STAFF_ONLY,
    "operations:badge": STAFF_ONLY,
    "operations:booking_note": MAILS_NOBODY,
    "operations:catalogue_row": STAFF_ONLY,
    "operations:new_catalogue_row": STAFF_ONLY,
    "operations:flag": STAFF_ONLY,
    "operations:contact_message": STAFF_ONLY,
    "operations:person_note": MAILS_NOBODY,
    "operations:act_as": STAFF_ONLY,
    "operations:person_conversation": MAILS_NOBODY,
}
