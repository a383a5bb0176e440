"""Projects: named pieces of work of a client, which group several bookings."""
