"""Pathways: what clients can learn (`catalogue`), how far they are (`progress`), what they want to reach
(`goals`), and what they earn (`badges`).

It may import from `core` and `accounts`, and knows neither offers nor bookings.
"""
