"""The refusals that scheduling adds to those of `core.errors`."""

from core.errors import BaseRefusal


class TimeRefusal(BaseRefusal):
    SCHEDULE_CONFLICT = ("schedule_conflict", 409, "Two of these hours overlap.")
    IS_DEFAULT = ("is_default", 409, "This schedule is in use. Make another one the default first.")
    OUTSIDE_AVAILABILITY = ("outside_availability", 409, "This time cannot be booked.")
    SLOT_TAKEN = ("slot_taken", 409, "Somebody else has just taken this time.")
    BUSY = ("busy", 503, "Many people are booking this builder right now. Try again in a moment.")
    HOLD_LOST = ("hold_lost", 409, "This time is no longer held for you.")
    TOO_MANY_HOLDS = (
        "too_many_holds",
        429,
        ("You are already holding as many times as you can. Book or release one of them."),
    )
