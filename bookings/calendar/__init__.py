"""Calendars of bookings: that of a builder, in which sessions are moved, and that of a client, to look at."""
