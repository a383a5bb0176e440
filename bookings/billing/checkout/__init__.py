"""Paying for bookings through the payment provider: when it is due, the page to pay on, and what follows from it."""
