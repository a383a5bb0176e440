"""Demo bookings and everything that hangs on them."""
