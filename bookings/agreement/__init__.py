"""Requesting, confirming, moving, cancelling and completing bookings, and the notifications about them."""
