"""Bookings: the wizard and the API that make them, their states, emails, reviews, disputes and everything around them.

The app never writes a builder's reserved time itself; it calls `scheduling.claims`. It does not import the marketplace.
"""
