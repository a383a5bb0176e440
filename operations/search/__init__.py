"""The search of staff, over people, bookings, payments and connections."""
