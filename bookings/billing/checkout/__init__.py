"""Paying for bookings through the payment provider: when it is due, the payment page, and what happens afterwards."""
