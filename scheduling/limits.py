"""How often each page of a builder's hours may be posted to."""

from accounts.sign_in.limits import MAILS_NOBODY

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
    ),
    MAILS_NOBODY,
)
