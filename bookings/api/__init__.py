"""Bookings in the JSON API: reading, making and changing them."""
