"""What bookings cost, and what was paid and refunded.

Connects bookings with the app `payments`, which does not know them.
"""
