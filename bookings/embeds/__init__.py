"""Booking in a frame on other sites: without cookies, as a guest, and only sessions that are free.

These are the only pages that other sites may frame. Everything that needs an account or a payment opens on Waymark.
"""
