"""A client's named pieces of work, which several bookings may belong to."""
