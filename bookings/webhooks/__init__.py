"""Bookings as other services hear of them: the events that webhooks are sent for."""
