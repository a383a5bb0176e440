"""Bookings that were made on Calendly: taken over, kept in step, and cancelled there when they are cancelled here."""
