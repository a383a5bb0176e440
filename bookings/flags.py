"""The feature flag of bookings."""

BOOKING_WIZARD = "booking_wizard"  # booking by time, step by step; without it there is one plain page
