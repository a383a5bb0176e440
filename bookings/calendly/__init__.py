"""Bookings that were made on Calendly: imported, kept in step, and cancelled there when they are cancelled here."""
