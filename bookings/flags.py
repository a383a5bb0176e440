"""The feature flags of bookings."""

BOOKING_WIZARD = "booking_wizard"  # booking by time, step by step; without it there is one plain page
SUGGESTED_TIMES = "suggested_times"  # a builder suggests other times for a booking
SESSION_PLANS = "session_plans"  # plans of several sessions on a pathway, booked all together
