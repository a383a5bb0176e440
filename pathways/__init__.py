"""Pathways: what clients can learn (`catalogue`), how far they are (`progress`), and what they earn (`badges`).

It may import from `core` and `accounts`, and knows neither offers nor bookings.
"""
