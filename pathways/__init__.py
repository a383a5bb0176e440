"""Pathways: what a client can learn here, in which order. Enrolments and skills come to live here too.

It knows people, and neither offers nor bookings.
"""
