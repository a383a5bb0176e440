"""Demo data for bookings and everything that belongs to them."""
