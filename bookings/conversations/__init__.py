"""Joins bookings and conversations: marks of what happened, cards, the panel on a booking, and guests' pages."""
