"""Pathways: what clients can learn (`catalogue`), how far they are (`progress`), and what they earn (`badges`).

It knows people, and neither offers nor bookings.
"""
