"""How often each page of a builder's hours may be posted to."""

from datetime import timedelta

from accounts.sign_in.limits import MAILS_NOBODY
from core.limits import Limit
from core.post_limits import PostLimit

# Posts that make Waymark read an address that somebody typed.
CALENDAR_READS = Limit("calendars read on demand", "LIMIT_CALENDAR_READS_PER_PERSON", timedelta(hours=1))
_READS = PostLimit(person=CALENDAR_READS)

POSTS = dict.fromkeys(
    (
        "scheduling:availability",
        "scheduling:new_schedule",
        "scheduling:schedule",
        "scheduling:make_default",
        "scheduling:delete",
        "scheduling:set_exception",
        "scheduling:work_on_holiday",
        "scheduling:take_time_off",
        "scheduling:end_time_off",
        "scheduling:feed_address",
        "scheduling:zone",
        "scheduling:disconnect",
        "scheduling:calendly_link",
        "scheduling:calendly_writing",
        "scheduling:calendly_disconnect",
        "scheduling:calendly_event_type",
        "scheduling:calendly_settle",
    ),
    MAILS_NOBODY,
) | dict.fromkeys(
    (
        "scheduling:connect",
        "scheduling:connect_account",
        "scheduling:connection",
        "scheduling:account_calendars",
        "scheduling:look_for_calendars",
        "scheduling:read_calendar",
        "scheduling:calendly",
        "scheduling:calendly_platform",
        "scheduling:calendly_sync",
        "scheduling:calendly_preview",
    ),
    _READS,
)
