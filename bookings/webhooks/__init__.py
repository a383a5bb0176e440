"""The events of bookings for which webhooks are sent."""
